/** The journal of a run with stack sets, opened after the confirmation. */
import type {
  RecordEvent,
  RunEvent,
  RunStarted,
  StackSetAction,
} from '../../core/record/events.ts';
import type { AccountNames } from '../../core/model/account-names.ts';
import { createJournal, lockFolder, nextOrder } from '../../journal/index.ts';
import { resolveRunFolder } from '../runs/state-dir.ts';
import { clock, timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { startedBy } from '../session/started.ts';
import { shown } from '../terminal/terminal.ts';

export interface StackSetRunJournal {
  readonly record: RecordEvent;
  /** Cells that this run recorded as handed over, as `account region`. */
  readonly handedOver: ReadonlySet<string>;
  /** Records why the run stopped, if it did, and its end. */
  finish(stopped: { readonly message: string } | null): Promise<void>;
  close(): Promise<void>;
}

/** Adds account names, which reports of the journal show beside ids. */
function withName(event: RunEvent, names: AccountNames): RunEvent {
  switch (event.type) {
    case 'cell-handed-over':
    case 'cell-taken-back': {
      const name = names.get(event.target.account);
      return name === undefined ? event : { ...event, name };
    }
    case 'role-taken-back': {
      const name = names.get(event.account);
      return name === undefined ? event : { ...event, name };
    }
    default:
      return event;
  }
}

/** Locks the organization's folder and starts the journal. */
export async function openRun(
  session: CommandSession,
  {
    names,
    ...start
  }: Pick<RunStarted, 'scope' | 'settings'> & {
    readonly action: StackSetAction;
    /** Account names, as far as they are known at the time of an event. */
    readonly names: AccountNames;
    readonly stackSets: NonNullable<RunStarted['stackSets']>;
  },
): Promise<StackSetRunJournal> {
  const { cloud, invocation, runId, startedAt, messages, exitNote, signal } = session;
  const { values } = invocation.options;
  const folder = await resolveRunFolder(values, cloud.organization);
  const lock = await lockFolder(folder, { run: runId, since: startedAt });
  const journal = createJournal({ folder, run: runId });
  const handedOver = new Set<string>();
  let isClosed = false;
  const record: RecordEvent = async (event) => {
    await journal.record(withName(event, names));
    if (event.type === 'cell-handed-over')
      handedOver.add(`${event.target.account} ${event.target.region ?? ''}`);
  };
  const order = await nextOrder(folder, clock.now());
  await record({ ...startedBy(session, order), rollsBack: null, ...start });
  await record({ type: 'run-confirmed', at: timestamp(), by: values.yes ? 'yes' : 'prompt' });
  exitNote.text = 'Operations that were started continue in AWS; run the same command again.';
  return {
    record,
    handedOver,
    async finish(stopped) {
      if (stopped !== null)
        await record({
          type: 'run-stopped',
          at: timestamp(),
          reason: signal.aborted ? 'interrupted' : 'failure-tolerance',
          message: stopped.message,
        });
      await record({ type: 'run-finished', at: timestamp(), order, ...cloud.usage() });
      isClosed = true;
      await journal.close();
      messages.info(`Journal: ${shown(journal.path)}`);
    },
    async close() {
      // A run that was cut off has no last line, but its actions are on record.
      if (!isClosed) await journal.close();
      await lock.release();
    },
  };
}
