/**
 * The lines of a journal, `dhmc.journal/v1`: each is one event as JSON. The first is `run-started` and carries the
 * schema. README.md beside this file describes the format for other tools.
 */
import * as v from 'valibot';
import { ownerEvidences, ownerKinds, problemCodes, states, verdicts } from '../core/model/model.ts';
import { stackSetActions, stackSetCalls, type RunEvent } from '../core/record/events.ts';
import { looksLikeRegion } from '../core/model/regions.ts';
import { parseShare } from '../core/planning/waves.ts';
import { planForFile, planFromFile, type FiledPlan } from './filed-plan.ts';

export const journalSchema = 'dhmc.journal/v1';

const text = v.string();
const textOrNull = v.nullable(text);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.minValue(0));
const textsByName = v.record(text, text);

export const caller = v.object({ account: text, arn: text });

const problem = v.object({
  code: v.picklist(problemCodes),
  message: text,
  hint: text,
  requestId: textOrNull,
  reason: v.exactOptional(text),
  facts: v.exactOptional(textsByName),
});

const targetKey = {
  kind: v.picklist(['role', 'grant', 'setting']),
  account: text,
  region: textOrNull,
};

const state = v.picklist(states);

const verdict = v.picklist(verdicts);

const value = v.nullable(v.union([text, v.object({ arn: text, trust: text })]));

const owner = v.object({
  kind: v.picklist(ownerKinds),
  name: text,
  evidence: v.picklist(ownerEvidences),
});

const plannedTarget = v.object({
  ...targetKey,
  state,
  verdict,
  from: value,
  to: value,
  modifiedBy: textOrNull,
  modifiedAt: textOrNull,
  problem: v.nullable(problem),
  attempts: count,
  durationMs: milliseconds,
  stateAfter: state,
  notes: v.array(text),
  noted: v.exactOptional(v.array(v.object({ kind: text, facts: textsByName }))),
  owner: v.exactOptional(owner),
  ownerAfter: v.exactOptional(owner),
});

const accountRow = v.object({
  id: text,
  name: text,
  path: textOrNull,
  state: text,
  skipped: textOrNull,
  problem: v.nullable(problem),
});

const roleDetails = v.object({ tags: textsByName, boundary: textOrNull });

/** Renames a member in an account's plan of 0.1.0: `leftNaming` became `stillNaming`. */
export function renameFormerMembers(plan: unknown): void {
  if (typeof plan !== 'object' || plan === null || !('leftNaming' in plan)) return;
  const { leftNaming } = plan;
  delete plan.leftNaming;
  if (!('stillNaming' in plan)) Object.assign(plan, { stillNaming: leftNaming });
}

/** An account's plan, as in journals and saved plans. */
export const accountPlan = v.object({
  account: accountRow,
  targets: v.array(plannedTarget),
  formerRole: v.exactOptional(roleDetails),
  stillNaming: v.exactOptional(v.array(text)),
  wave: v.exactOptional(v.pipe(count, v.minValue(1))),
});

/** What a run or a saved plan selects. */
export const scope = v.object({
  accounts: v.object({
    org: v.boolean(),
    ous: v.array(text),
    accounts: v.array(text),
    tags: v.array(v.object({ key: text, value: text })),
    excludeOus: v.array(text),
    excludeAccounts: v.array(text),
  }),
  regions: v.object({ regions: v.nullable(v.array(text)), excludeRegions: v.array(text) }),
  source: v.picklist(['command line', 'environment', 'file', 'default']),
  sourceFile: v.exactOptional(text),
});

const share = v.pipe(
  text,
  v.check((given) => parseShare(given) !== null, 'is neither a number of accounts nor a share'),
);
const region = v.pipe(text, v.check(looksLikeRegion, 'is not a region'));

/** The options of a run or a saved plan: only values that the command line accepts. */
export const runSettings = v.object({
  dhmcRole: text,
  roleNames: v.array(text),
  overwrite: v.array(v.picklist(['foreign', 'quick-setup', 'broken', 'stackset'])),
  allowPrivilegedRole: v.boolean(),
  deleteRole: v.boolean(),
  assumeUnused: v.array(text),
  permissionsBoundary: textOrNull,
  roleTags: textsByName,
  concurrency: v.pipe(count, v.minValue(1)),
  homeRegion: v.nullable(region),
  failureTolerance: v.nullable(share),
  waves: v.nullable(v.array(share)),
  waveFirst: v.exactOptional(v.array(text)),
  needsExternalId: v.boolean(),
});

export const organization = v.object({ id: text, managementAccount: text });
export const partition = v.picklist(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']);

const runEvent = v.variant('type', [
  v.object({
    type: v.literal('run-started'),
    run: text,
    action: v.picklist(['enable', 'disable', 'rollback', 'apply', 'prove', ...stackSetActions]),
    version: text,
    startedAt: text,
    order: v.exactOptional(count),
    clockAheadMs: v.exactOptional(v.nullable(v.number())),
    caller,
    organization,
    partition,
    command: text,
    applies: v.exactOptional(v.picklist(['enable', 'disable', 'rollback'])),
    rollsBack: textOrNull,
    scope,
    settings: runSettings,
    stackSets: v.exactOptional(
      v.object({ prefix: text, takeOver: v.boolean(), pilot: textOrNull }),
    ),
  }),
  v.object({ type: v.literal('account-planned'), plan: accountPlan }),
  v.object({
    type: v.literal('run-confirmed'),
    at: text,
    by: v.picklist(['prompt', 'yes']),
    warnings: v.exactOptional(v.array(text)),
    notes: v.exactOptional(v.array(text)),
  }),
  v.object({
    type: v.literal('change-begun'),
    target: v.object(targetKey),
    at: text,
    from: value,
    to: value,
    formerRole: v.exactOptional(roleDetails),
  }),
  v.object({
    type: v.literal('target-ended'),
    target: v.object(targetKey),
    at: text,
    verdict,
    state,
    value,
    modifiedBy: textOrNull,
    modifiedAt: textOrNull,
    problem: v.nullable(problem),
    attempts: count,
    durationMs: milliseconds,
  }),
  v.object({
    type: v.literal('run-stopped'),
    at: text,
    reason: v.picklist([
      'interrupted',
      'declined',
      'credentials-expired',
      'network',
      'failure-tolerance',
      'journal',
    ]),
    message: text,
  }),
  v.object({
    type: v.literal('run-resumed'),
    at: text,
    order: v.exactOptional(count),
    caller,
    command: text,
  }),
  v.object({
    type: v.literal('run-finished'),
    at: text,
    order: v.exactOptional(count),
    calls: count,
    throttled: count,
    counts: v.exactOptional(
      v.object({
        bytes: count,
        outcome: v.picklist(['finished', 'stopped']),
        accounts: count,
        verdicts: v.record(verdict, count),
        changes: count,
        open: count,
      }),
    ),
  }),
  v.object({
    type: v.literal('stack-set-call-begun'),
    at: text,
    call: v.picklist(stackSetCalls),
    stackSet: text,
    operation: textOrNull,
    units: v.array(text),
    accounts: v.array(text),
    accountFilter: v.picklist(['NONE', 'INTERSECTION', 'DIFFERENCE']),
    regions: v.array(text),
    takesOver: v.exactOptional(v.literal(true)),
  }),
  v.object({
    type: v.literal('stack-set-call-ended'),
    at: text,
    call: v.picklist(stackSetCalls),
    stackSet: text,
    operation: textOrNull,
    arn: textOrNull,
    status: v.picklist([
      ...(['refused', 'done', 'QUEUED', 'RUNNING'] as const),
      ...(['SUCCEEDED', 'FAILED', 'STOPPING', 'STOPPED'] as const),
    ]),
    failed: count,
    problem: v.nullable(problem),
  }),
  v.object({
    type: v.literal('cell-handed-over'),
    at: text,
    target: v.object(targetKey),
    stackSet: text,
    operation: textOrNull,
    endedAt: v.exactOptional(text),
    name: v.exactOptional(text),
  }),
  v.object({
    type: v.literal('cell-taken-back'),
    at: text,
    target: v.object(targetKey),
    stackSet: text,
    value,
    state,
    written: v.exactOptional(v.object({ modifiedBy: textOrNull, modifiedAt: textOrNull })),
    problem: v.exactOptional(problem),
    name: v.exactOptional(text),
  }),
  v.object({
    type: v.literal('role-handed-over'),
    at: text,
    account: text,
    region: text,
    stackSet: text,
    role: text,
  }),
  v.object({
    type: v.literal('role-tag-begun'),
    at: text,
    account: text,
    role: text,
    from: v.literal('stackset'),
    to: v.literal('dhmc'),
  }),
  v.object({
    type: v.literal('role-taken-back'),
    at: text,
    account: text,
    region: text,
    stackSet: text,
    role: text,
    verdict: v.picklist(['changed', 'in-sync', 'skipped', 'blocked', 'failed']),
    state,
    problem: v.nullable(problem),
    name: v.exactOptional(text),
  }),
]);

// Does not compile if an event has a required member that the schema lacks.
const schema: v.GenericSchema<FiledEvent> = runEvent;

type FiledEvent =
  | Exclude<RunEvent, { readonly type: 'account-planned' }>
  | { readonly type: 'account-planned'; readonly plan: FiledPlan };

/** A line without its line end, or why it is not a line of a journal. */
export type ParsedLine =
  { readonly ok: true; readonly event: RunEvent } | { readonly ok: false; readonly reason: string };

/**
 * Parses one line of a journal and keeps the event exactly as written, so that its report is identical to the original.
 */
export function parseLine(line: string): ParsedLine {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { ok: false, reason: 'is not JSON' };
  }
  if (typeof data === 'object' && data !== null) {
    if ('schema' in data) delete data.schema;
    if ('plan' in data) renameFormerMembers(data.plan);
  }
  if (v.is(schema, data)) return { ok: true, event: fromFile(data) };
  const result = v.safeParse(schema, data, { abortEarly: true });
  if (result.success) return { ok: true, event: fromFile(result.output) };
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  return {
    ok: false,
    reason: `is not a journal event: ${where === null ? '' : `${where}: `}${issue.message}`,
  };
}

/** The schema that a first line names; null if it names none. */
export function schemaOf(line: string): string | null {
  try {
    const data: unknown = JSON.parse(line);
    return typeof data === 'object' &&
      data !== null &&
      'schema' in data &&
      typeof data.schema === 'string'
      ? data.schema
      : null;
  } catch {
    return null;
  }
}

const fromFile = (event: FiledEvent): RunEvent =>
  event.type === 'account-planned' ? { ...event, plan: planFromFile(event.plan) } : event;

const toFile = (event: RunEvent): unknown => {
  switch (event.type) {
    case 'run-started':
      return { schema: journalSchema, ...event };
    case 'account-planned':
      return { ...event, plan: planForFile(event.plan) };
    default:
      return event;
  }
};

/** An event as a line, including the line end. */
export const formatLine = (event: RunEvent): string => `${JSON.stringify(toFile(event))}\n`;
