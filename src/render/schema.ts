/** Parses a report from its JSON, by the rules of `schemas/report.schema.json`. */
import * as v from 'valibot';
import { UsageError } from '../core/model/errors.ts';
import { deedOrder } from '../core/record/deeds.ts';
import { countAccounts } from '../core/record/outcome.ts';
import {
  ownerEvidences,
  ownerKinds,
  problemCodes,
  states,
  stopReasons,
  verdicts,
  type Report,
} from '../core/model/model.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const accountId = v.pipe(v.string(), v.regex(/^\d{12}$/, 'is not an account id'));
const time = v.pipe(v.string(), v.isoTimestamp());
const text = v.nullable(v.string());

const problem = v.nullable(
  v.strictObject({
    code: v.picklist(problemCodes),
    message: v.string(),
    hint: v.string(),
    requestId: text,
  }),
);

const state = v.picklist(states);

const verdict = v.picklist(verdicts);

const value = v.nullable(
  v.union([v.string(), v.strictObject({ arn: v.string(), trust: v.string() })]),
);

const reportMembers = {
  schema: v.literal('dhmc.report/v1', 'must be dhmc.report/v1'),
  action: v.picklist(['enable', 'disable', 'rollback', 'apply', 'resume', 'status', 'prove']),
  dryRun: v.boolean(),
  run: text,
  startedAt: time,
  finishedAt: time,
  caller: v.strictObject({ account: accountId, arn: v.string() }),
  organization: v.strictObject({ id: v.string(), managementAccount: accountId }),
  partition: v.picklist(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']),
  stopped: v.optional(
    v.nullable(
      v.strictObject({ reason: v.picklist(stopReasons), message: v.string(), hint: v.string() }),
    ),
    null,
  ),
  summary: v.strictObject({
    accounts: count,
    cells: count,
    states: v.record(state, count),
    verdicts: v.record(verdict, count),
    accountVerdicts: v.optional(v.record(verdict, count)),
    partlyChanged: v.optional(count),
    calls: count,
    throttled: count,
  }),
  plan: v.optional(
    v.array(
      v.strictObject({
        deed: v.picklist(deedOrder),
        kind: v.picklist(['role', 'grant', 'setting']),
        count,
        accounts: count,
        regions: count,
        // Reports of older versions do not have the results of deeds.
        verdicts: v.optional(v.record(verdict, count), {}),
      }),
    ),
    [],
  ),
  preflight: v.optional(
    v.nullable(v.strictObject({ tried: count, denied: count, undetermined: count })),
    null,
  ),
  // Reports of older versions have neither.
  warnings: v.optional(v.array(v.string()), []),
  notes: v.optional(v.array(v.string()), []),
  accounts: v.array(
    v.strictObject({
      id: accountId,
      name: v.string(),
      path: text,
      state: v.string(),
      skipped: text,
      problem,
    }),
  ),
  targets: v.array(
    v.strictObject({
      kind: v.picklist(['role', 'grant', 'setting']),
      account: accountId,
      region: text,
      state,
      verdict,
      from: value,
      to: value,
      modifiedBy: text,
      modifiedAt: v.nullable(time),
      problem,
      attempts: count,
      durationMs: v.pipe(v.number(), v.minValue(0)),
      // Reports of older versions have no owners, no waves, and no plan.
      owner: v.optional(
        v.nullable(
          v.strictObject({
            kind: v.picklist(ownerKinds),
            name: v.string(),
            evidence: v.picklist(ownerEvidences),
          }),
        ),
        null,
      ),
      wave: v.optional(v.nullable(count), null),
    }),
  ),
};

/** A report may have been printed with a comparison, which is ignored here. */
const report = v.pipe(
  v.strictObject({ ...reportMembers, comparison: v.optional(v.unknown()) }),
  v.transform(({ comparison: _comparison, ...rest }) => {
    // Reports of older versions do not count accounts.
    const counted = countAccounts(rest.accounts, rest.targets);
    const { accountVerdicts = counted.accountVerdicts, partlyChanged = counted.partlyChanged } =
      rest.summary;
    return { ...rest, summary: { ...rest.summary, accountVerdicts, partlyChanged } };
  }),
);

const notAReport = (name: string, why: string): UsageError =>
  new UsageError(
    `${name} is not a dhmc report: ${why}`,
    'Name a file that was written with --output json or --report-file FILE.json.',
  );

/**
 * Parses the report in a file; `name` is the file's name, for messages. Throws `UsageError`, which says where it is
 * wrong.
 */
export const parseReport = (json: string, name: string): Report => {
  let data: unknown;
  try {
    data = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    throw notAReport(name, 'it is not JSON.');
  }
  const parsed = v.safeParse(report, data, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw notAReport(name, `${v.getDotPath(issue) ?? 'as a whole'}: ${issue.message}`);
};
