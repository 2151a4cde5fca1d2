import { profiles, runIds } from '../completion/sources.ts';
import { suggest, type Candidate, type Suggestions } from '../completion/suggest.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import type { CommandSpec, Invocation } from '../args/command.ts';
import { escapeControls } from '../../render/escape.ts';

/** `dhmc complete SHELL -- WORD …`: the candidates for the scripts of `dhmc completion`. Makes no calls. */
export const completeFrom =
  (specs: readonly CommandSpec[]) =>
  (invocation: Invocation): Promise<ExitStatus> =>
    complete(specs, invocation);

async function complete(
  specs: readonly CommandSpec[],
  { operands, rest, environment, terminal }: Invocation,
): Promise<ExitStatus> {
  const inBash = operands[0] === 'bash';
  const words = inBash ? joined(rest) : rest;
  const { candidates, more } = suggest(specs, words.length === 0 ? [''] : words);
  const found = [...candidates, ...(await fromElsewhere(more, words, environment))];
  const cut = inBash ? shellsPart(rest, words) : 0;
  const lines = found.map(
    ({ word, about }) =>
      escapeControls(word.slice(cut)) + (about === '' ? '' : `\t${escapeControls(about)}`),
  );
  await terminal.write([...lines, `:${shellAdds(more)}`, ''].join('\n'));
  return exitStatuses.ok;
}

/** What the shell itself adds. Files too for a run, which can be named by its journal file. */
function shellAdds(more: Suggestions['more']): string {
  switch (more?.where) {
    case 'files':
    case 'directories':
    case 'commands':
      return more.where;
    case 'runs':
      return 'files';
    case 'profiles':
    case undefined:
      return '';
  }
}

async function fromElsewhere(
  more: Suggestions['more'],
  words: readonly string[],
  environment: Invocation['environment'],
): Promise<readonly Candidate[]> {
  if (more === null) return [];
  const known =
    more.where === 'runs'
      ? await runIds(environment, { withStackSets: !undoesOrResumes(words) })
      : more.where === 'profiles'
        ? await profiles(environment)
        : [];
  return known
    .map(({ word, about }) => ({ word: more.before + word, about }))
    .filter(({ word }) => word.startsWith(words.at(-1) ?? ''));
}

/** These commands refuse runs with stack sets. */
const undoesOrResumes = ([first, second]: readonly string[]): boolean =>
  first === 'rollback' || first === 'resume' || (first === 'disable' && second === 'rollback');

/** Joins words as they were typed: bash splits `--output=json` and `arn:aws` into three. */
function joined(parts: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1] ?? '';
    const glued = words.length > 0 && (isBreak(part) || isBreak(before));
    if (glued) words.push((words.pop() ?? '') + part);
    else words.push(part);
  }
  return words;
}

const isBreak = (part: string): boolean => /^[=:]+$/.test(part);

/** The length of the part of the last word that bash has already split off; candidates start after it. */
function shellsPart(parts: readonly string[], words: readonly string[]): number {
  const last = parts.at(-1) ?? '';
  return (words.at(-1) ?? '').length - (isBreak(last) ? 0 : last.length);
}
