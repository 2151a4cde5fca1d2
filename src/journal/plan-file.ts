/**
 * The shape of a saved plan, `dhmc.plan/v1`. Whether its rows are valid is decided in
 * src/core/validation/saved-plan.ts.
 */
import * as v from 'valibot';
import type { PlanFile } from '../core/validation/saved-plan.ts';
import {
  accountPlan,
  caller,
  organization,
  partition,
  renameFormerMembers,
  runSettings,
  scope,
} from './format.ts';
import { planFromFile, type FiledPlan } from './filed-plan.ts';

const planSchema = 'dhmc.plan/v1';

interface FiledPlanFile extends Omit<PlanFile, 'accounts'> {
  readonly accounts: readonly FiledPlan[];
}

const planFile: v.GenericSchema<unknown, FiledPlanFile> = v.object({
  schema: v.literal(planSchema),
  version: v.string(),
  createdAt: v.string(),
  action: v.picklist(['enable', 'disable', 'rollback']),
  caller,
  organization,
  partition,
  command: v.string(),
  rollsBack: v.nullable(v.string()),
  scope,
  settings: runSettings,
  notes: v.array(v.string()),
  warnings: v.exactOptional(v.array(v.string())),
  accounts: v.array(accountPlan),
});

export type ParsedPlan =
  { readonly ok: true; readonly plan: PlanFile } | { readonly ok: false; readonly reason: string };

/** Parses a plan's text, or returns why it is not a plan. */
export function parsePlanFile(text: string): ParsedPlan {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      reason: `it is not JSON (${error instanceof Error ? error.message : String(error)})`,
    };
  }
  const claimed =
    typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined;
  if (typeof claimed === 'string' && claimed !== planSchema && claimed.startsWith('dhmc.plan/')) {
    return {
      ok: false,
      reason: `its version is ${claimed}, but this dhmc reads ${planSchema}`,
    };
  }
  if (claimed !== planSchema)
    return { ok: false, reason: `it does not carry "schema": "${planSchema}"` };
  if (typeof data === 'object' && data !== null && 'accounts' in data)
    if (Array.isArray(data.accounts)) data.accounts.forEach(renameFormerMembers);
  const result = v.safeParse(planFile, data, { abortEarly: true });
  if (result.success) {
    const accounts = result.output.accounts.map(planFromFile);
    return { ok: true, plan: { ...result.output, accounts } };
  }
  const [issue] = result.issues;
  return { ok: false, reason: `${v.getDotPath(issue) ?? 'its content'}: ${issue.message}` };
}
