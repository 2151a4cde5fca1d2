/** Help and the manual page say nothing that the parser does not take. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import type { CommandSpec } from '../../../../src/cli/args/command.ts';
import { optionNames } from '../../../../src/cli/args/options.ts';
import { parseCommandLine } from '../../../../src/cli/args/parse.ts';
import { examplesOf, rootExamples } from '../../../../src/cli/args/help/examples.ts';

const namesOf = (specs: readonly CommandSpec[], before = ''): readonly [string, CommandSpec][] =>
  specs
    .filter(({ hidden }) => hidden !== true)
    .flatMap((spec) => [
      [before + spec.name, spec] as [string, CommandSpec],
      ...namesOf(spec.subcommands ?? [], `${before}${spec.name} `),
    ]);

const print = (...args: readonly string[]): string => {
  const parsed = parseCommandLine(commands, args, 100);
  if (!('print' in parsed)) throw new Error(`${args.join(' ')} is a command`);
  return parsed.print;
};

const all = namesOf(commands);

describe('help', () => {
  it.each(all)('of %s lists its own options and no others, and its exit statuses', (name, spec) => {
    const text = print(...name.split(' '), '--help');
    const listed = [...text.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map((match) => match[1]);
    expect(new Set(listed)).toEqual(new Set([...spec.options, 'help']));
    expect(text).toMatch(/^Exit statuses:\n {2}0 /m);
    const hasCheck = /with .*--check/.test(text.slice(text.indexOf('Exit statuses:')));
    expect(hasCheck).toBe(spec.options.includes('check') && !name.startsWith('config'));
  });

  it('shows examples that parse', () => {
    const examples = [...rootExamples, ...all.flatMap(([name]) => examplesOf(name))];
    expect(examples.length).toBeGreaterThan(30);
    for (const { line } of examples) {
      const words = line
        .replace(/ > .*/, '')
        .replace(/ -- .*/, '')
        .split(' ');
      expect(parseCommandLine(commands, words.slice(1), 100), line).toHaveProperty('spec');
    }
  });
});

describe('the manual page', () => {
  const page = print('help', '--man');

  it('holds every command and every option', () => {
    expect(page.startsWith('.TH DHMC 1 ')).toBe(true);
    for (const [name] of all) expect(page).toContain(`.SS ${name}\n`);
    for (const name of optionNames) expect(page).toContain(`--${name}`.replaceAll('-', '\\-'));
  });

  it('has no line that roff takes for an unknown request', () => {
    for (const line of page.split('\n'))
      if (/^[.']/.test(line)) expect(line).toMatch(/^\.(TH|SH|SS|TP|PP)( |$)/);
  });
});
