import { describe, expect, it } from 'vitest';
import { manualPage } from '../../../../src/cli/args/help/man.ts';
import { optionNames } from '../../../../src/cli/args/options.ts';
import { commands } from '../../../../src/cli/commands/index.ts';

describe('the manual page', () => {
  const page = manualPage(commands);

  it('has every command and every option', () => {
    expect(page.startsWith('.TH DHMC 1 ')).toBe(true);
    for (const name of ['enable', 'disable rollback', 'stackset deploy', 'sandbox'])
      expect(page).toContain(`.SS ${name}\n`);
    for (const name of optionNames) expect(page).toContain(`--${name}`.replaceAll('-', '\\-'));
  });

  it('has no line that roff would read as an unknown request', () => {
    for (const line of page.split('\n'))
      if (/^[.']/.test(line)) expect(line).toMatch(/^\.(TH|SH|SS|TP|PP)( |$)/);
  });
});
