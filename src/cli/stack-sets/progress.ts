/** Progress of operations: one line for each change. */
import type { Problem } from '../../core/model/model.ts';
import type { OperationProgress } from '../../run/stack-set-operation.ts';
import { clock } from '../session/clock.ts';
import type { Messages } from '../session/messages.ts';
import { shown } from '../terminal/terminal.ts';

/** Milliseconds between lines of an operation whose results are not counted. */
const quietMs = 30_000;

export function showOperation(messages: Messages): (progress: OperationProgress) => void {
  const said = new Map<string, { text: string; at: number }>();
  return ({ set, operation, results }) => {
    const { id, status, failed } = operation;
    const counts =
      results === null
        ? ''
        : `; stack instances: ${Object.entries(results)
            .map(([name, count]) => `${count.toLocaleString('en')} ${name.toLowerCase()}`)
            .join(', ')}`;
    const text = `${set}: ${status.toLowerCase()}${counts}${results === null && failed > 0 ? `, ${failed.toLocaleString('en')} failed` : ''}`;
    const last = said.get(id);
    const now = clock.now();
    if (last?.text === text && now - last.at < quietMs) return;
    said.set(id, { text, at: now });
    messages.info(text);
  };
}

/** Prints, once per stack set, that a call waits for another operation. */
export function showBusy(messages: Messages): (set: string, why: Problem) => void {
  const said = new Set<string>();
  return (set, { message }) => {
    if (said.has(set)) return;
    said.add(set);
    messages.info(`${set}: waiting for another operation, up to half an hour: ${shown(message)}`);
  };
}
