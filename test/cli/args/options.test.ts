import { describe, expect, it } from 'vitest';
import { optionNames, options, specOf, variableOf } from '../../../src/cli/args/options.ts';

describe('the table of options', () => {
  it('gives no short name, and no variable, to two options', () => {
    const shorts = optionNames.flatMap((name) => specOf(name).short ?? []);
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(new Set(optionNames.map(variableOf)).size).toBe(optionNames.length);
  });

  it('writes a variable as its option in capitals', () => {
    expect(variableOf('home-region')).toBe('DHMC_HOME_REGION');
    expect(variableOf('org')).toBe('DHMC_ORG');
  });

  it('has a default that the option itself takes, where the default is a value', () => {
    for (const name of ['concurrency', 'seed', 'fleet', 'latency', 'dhmc-role'] as const)
      expect(options[name].parse(options[name].default ?? ''), name).toMatchObject({ ok: true });
  });

  it('keeps what confirms, replaces or weakens off variables and files', () => {
    const onlyTyped = optionNames.filter((name) => specOf(name).commandLineOnly === true);
    for (const name of ['yes', 'overwrite', 'allow-privileged-role'] as const)
      expect(onlyTyped).toContain(name);
  });

  it('reads what a bare --overwrite means as values of the option', () => {
    for (const kind of (options.overwrite.preset ?? '').split(','))
      expect(options.overwrite.parse(kind), kind).toMatchObject({ ok: true, value: kind });
    expect(options.overwrite.preset).not.toContain('stackset');
  });
});
