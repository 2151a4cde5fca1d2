/** Reads a command line that could not be parsed: whether it asks for JSON, and which command it names. */

import { optionNames, specOf, variableOf, type OptionName } from './options.ts';

const wordsOfActions = [
  'enable',
  'status',
  'stackset',
  'coverage',
  'advise',
  'disable',
  'rollback',
  'apply',
  'resume',
  'runs',
  'doctor',
  'prove',
  'policy',
  'template',
  'config',
  'completion',
  'complete',
  'sandbox',
  'demo',
];

/** One-letter flags that can precede `o` in a cluster such as `-yo json`. */
const shortFlags = /^-[yqh]*o(.*)$/;

/** Whether the last `--output` (else `DHMC_OUTPUT`, else the file) says `json`, even if the line has other errors. */
export function asksForJson(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  inFile: unknown = undefined,
): boolean {
  const variable = environment['DHMC_OUTPUT'] ?? '';
  let format: unknown = variable === '' ? inFile : variable;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') break;
    const cluster = shortFlags.exec(word);
    if (word === '--output' || cluster?.[1] === '') format = args[index + 1] ?? '';
    else if (word.startsWith('--output=')) format = word.slice('--output='.length);
    else if (cluster !== null && !word.startsWith('--'))
      format = (cluster[1] ?? '').replace(/^=/, '');
  }
  return format === 'json';
}

/** The last value of an option on the line, else its variable. */
export function lastValue(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  name: OptionName,
): string | undefined {
  const end = args.indexOf('--');
  const line = end === -1 ? args : args.slice(0, end);
  const at = line.findLastIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (at === -1) return environment[variableOf(name)];
  return line[at] === `--${name}` ? line[at + 1] : line[at]?.slice(`--${name}=`.length);
}

/** The command that the line names, as its report would call it, or null. */
export function actionOf(args: readonly string[]): string | null {
  const end = args.indexOf('--');
  const line = end === -1 ? args : args.slice(0, end);
  const words = line.filter(
    (word, index) => !word.startsWith('-') && !takesNextWord(line[index - 1] ?? ''),
  );
  const [first, second] = words;
  if (first === undefined || !wordsOfActions.includes(first)) return null;
  return first === 'disable' && second === 'rollback' ? 'rollback' : first;
}

/** Whether the word is an option that takes the next word as its value. */
function takesNextWord(word: string): boolean {
  const name = optionNames.find(
    (option) =>
      word === `--${option}` ||
      (specOf(option).short !== undefined && word === `-${specOf(option).short ?? ''}`),
  );
  if (name === undefined) return false;
  const spec = specOf(name);
  return spec.kind === 'value' || (spec.kind === 'list' && spec.preset === undefined);
}
