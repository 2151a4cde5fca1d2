import { describe, expect, it } from 'vitest';
import { optionOf, type CommandSpec } from '../../../src/cli/args/command.ts';
import { specOf } from '../../../src/cli/args/options.ts';
import { resolveOptions } from '../../../src/cli/args/resolve.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { UsageError } from '../../../src/core/model/errors.ts';

const named = (specs: readonly CommandSpec[], before = ''): readonly [string, CommandSpec][] =>
  specs.flatMap((spec) => [
    [before + spec.name, spec] as [string, CommandSpec],
    ...named(spec.subcommands ?? [], `${before}${spec.name} `),
  ]);

const command = (name: string): CommandSpec => {
  const found = named(commands).find(([each]) => each === name)?.[1];
  if (found === undefined) throw new Error(`no command ${name}`);
  return found;
};

const fixOf = (spec: CommandSpec, option: 'output' | 'format' | 'overwrite', value: string) => {
  try {
    resolveOptions(
      spec.options,
      new Map([[option, [value]]]),
      {},
      {
        commandLineScope: 'nothing',
        file: null,
        optionOf: (name) => optionOf(spec, name),
      },
    );
  } catch (error) {
    if (error instanceof UsageError) return error.hint;
    throw error;
  }
  return null;
};

describe('an option of a command', () => {
  it.each([
    ['status', 'table, json, csv, markdown, html, junit'],
    ['status report', 'table, json, csv, markdown, html, junit'],
    ['runs show', 'table, json, csv, markdown, html, junit'],
    ['coverage', 'table, json, csv, markdown, html, junit, ndjson'],
    ['advise', 'table, json, csv, markdown, html, junit, ndjson'],
    ['doctor', 'table, json, markdown, junit'],
    ['prove', 'table, json, markdown, csv'],
    ['stackset status', 'table, json, markdown, csv'],
    ['runs list', 'table, json'],
    ['config show', 'table, json'],
  ])('lists the formats of dhmc %s', (name, list) => {
    expect(fixOf(command(name), 'output', 'yaml')).toBe(`Choose from ${list}.`);
  });

  it.each([
    ['policy', 'format', 'Choose from json, cloudformation.'],
    ['template cloudformation', 'format', 'Choose from yaml, json.'],
    ['enable', 'overwrite', 'Choose from foreign, quick-setup, broken, stackset.'],
    ['disable', 'overwrite', 'The only value is stackset.'],
  ] as const)('lists the values that dhmc %s accepts for --%s', (name, option, fix) => {
    expect(fixOf(command(name), option, 'sideways')).toBe(fix);
  });

  it('accepts values of other commands, which the command itself refuses with a reason', () => {
    expect(fixOf(command('status'), 'output', 'ndjson')).toBeNull();
    expect(fixOf(command('disable'), 'overwrite', 'foreign')).toBeNull();
  });

  it.each([
    ['coverage', 'file', 'file'],
    ['advise', 'file', 'file'],
    ['status', 'run|file', 'run or file'],
  ])('names the kind of value of --since for dhmc %s', (name, metavar, kind) => {
    const spec = optionOf(command(name), 'since');
    expect(spec).toHaveProperty('metavar', metavar);
    expect(spec).toHaveProperty('parse.takes.kind', kind);
  });

  it('has variants only for options of the command, with values of the option', () => {
    for (const [name, spec] of named(commands))
      for (const [option, variant] of Object.entries(spec.variants ?? {})) {
        const taken = spec.options.find((each) => each === option);
        expect(taken, `${name} --${option}`).toBe(option);
        if (taken === undefined || variant.choices === undefined) continue;
        const { kind, parse } = { parse: undefined, ...specOf(taken) };
        expect(kind === 'flag' ? null : parse?.takes).toHaveProperty(
          'choices',
          expect.arrayContaining([...variant.choices]),
        );
      }
  });
});
