import { describe, expect, it } from 'vitest';
import { optionNames, options, specOf, variableOf } from '../../../src/cli/args/options.ts';

describe('the table of options', () => {
  it('gives each short name and each variable to one option only', () => {
    const shorts = optionNames.flatMap((name) => specOf(name).short ?? []);
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(new Set(optionNames.map(variableOf)).size).toBe(optionNames.length);
  });

  it('spells a variable like its option in capitals', () => {
    expect(variableOf('home-region')).toBe('DHMC_HOME_REGION');
    expect(variableOf('org')).toBe('DHMC_ORG');
  });

  it('has defaults that the options accept', () => {
    for (const name of ['concurrency', 'seed', 'fleet', 'latency', 'dhmc-role'] as const)
      expect(options[name].parse(options[name].default ?? ''), name).toMatchObject({ ok: true });
  });

  it('accepts options that confirm, replace or weaken something only on the command line', () => {
    const onlyTyped = optionNames.filter((name) => specOf(name).commandLineOnly === true);
    for (const name of ['yes', 'overwrite', 'allow-privileged-role'] as const)
      expect(onlyTyped).toContain(name);
  });

  it('has a preset for the bare --overwrite that the option accepts', () => {
    for (const kind of (options.overwrite.preset ?? '').split(','))
      expect(options.overwrite.parse(kind), kind).toMatchObject({ ok: true, value: kind });
    expect(options.overwrite.preset).not.toContain('stackset');
  });
});
