/** Help contains only options and examples that the parser accepts. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import type { CommandSpec } from '../../../../src/cli/args/command.ts';
import { parseCommandLine } from '../../../../src/cli/args/parse.ts';
import {
  describeExamples,
  examplesOf,
  rootExamples,
} from '../../../../src/cli/args/help/examples.ts';

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
  it.each(all)('of %s lists only its own options, and its exit statuses', (name, spec) => {
    const text = print(...name.split(' '), '--help');
    const listed = [...text.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map((match) => match[1]);
    expect(new Set(listed)).toEqual(new Set([...spec.options, 'help']));
    expect(text).toMatch(/^Exit statuses:\n {2}(?:0|64) /m);
    const hasCheck = /with .*--check/.test(text.slice(text.indexOf('Exit statuses:')));
    expect(hasCheck).toBe(spec.options.includes('check') && !name.startsWith('config'));
  });

  it.each(all.filter(([name]) => name !== 'complete'))('of %s shows examples', (name) => {
    expect(print(...name.split(' '), '--help')).toMatch(/^Examples:\n {2}\S/m);
  });

  it('shows examples that parse', () => {
    const examples = [...rootExamples, ...all.flatMap(([name]) => examplesOf(name))];
    expect(examples.length).toBeGreaterThan(30);
    for (const { line } of examples) {
      const words = line
        .replace(/^source <\((.*)\)$/, '$1')
        .replace(/ > .*/, '')
        .replace(/ -- .*/, '')
        .split(' ');
      expect(parseCommandLine(commands, words.slice(1), 100), line).toHaveProperty('spec');
    }
  });
});

describe('examples in help', () => {
  it('are in two columns, with a long line above its text', () => {
    const long = `dhmc enable ${'x'.repeat(60)}`;
    expect(
      describeExamples([
        { line: 'dhmc enable --org', about: 'one' },
        { line: long, about: 'two' },
      ]),
    ).toBe(`Examples:\n  dhmc enable --org     one\n  ${long}\n      two\n`);
  });

  it('are empty where a command has none', () => {
    expect(describeExamples(examplesOf('complete'))).toBe('');
  });
});
