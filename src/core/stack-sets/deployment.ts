/** The plan of a deployment, call by call, from readings. */
import {
  maxInstances,
  maxUnits,
  type FoundSet,
  type HandOverCell,
  type StackInstance,
} from './stack-sets.ts';
import {
  byText,
  chunked,
  groupsOf,
  inUnits,
  stepOf,
  type DeploymentInput,
  type DeploymentStep,
  type DeployStep,
  type SetPart,
} from './deployment-steps.ts';
import { problemOfInstance } from './failures.ts';
import { settingSetsOf, type SettingSet } from './setting-sets.ts';

export type { FoundSet, HandOverCell } from './stack-sets.ts';
export { callOf, chunked, groupsOf } from './deployment-steps.ts';
export type {
  CreateSetStep,
  DeploymentInput,
  DeploymentStep,
  DeployReason,
  DeployStep,
} from './deployment-steps.ts';

export interface Deployment {
  readonly roleSet: string;
  readonly settingSets: readonly SettingSet[];
  readonly steps: readonly DeploymentStep[];
  /** The calls to use if waves are not possible: they cover only new accounts, no existing ones. */
  readonly targetsAlone: readonly DeployStep[];
}

/** Whether a new operation retries the instance. One in a suspended account is retried once the account is active. */
const isToRetry = (
  { active }: Pick<DeploymentInput, 'active'>,
  { status, detailedStatus, account }: StackInstance,
): boolean =>
  status === 'OUTDATED' && (detailedStatus !== 'SKIPPED_SUSPENDED_ACCOUNT' || active.has(account));

/** Plans the deployment. Existing instances are left out, failed ones are retried. Throws like `settingSetsOf`. */
export function planDeployment(input: DeploymentInput, quota = maxInstances): Deployment {
  const { prefix, found } = input;
  const roleSet = `${prefix}-role`;
  const settingSets = settingSetsOf(input, quota);
  const steps: DeploymentStep[] = [];
  if (!found.has(roleSet))
    steps.push({ kind: 'create-set', set: roleSet, of: 'role', dependsOn: [] });
  steps.push(...deploymentsOf(input, { name: roleSet, of: 'role', regions: [input.mainRegion] }));
  for (const { name, regions: some } of settingSets) {
    if (!found.has(name))
      steps.push({ kind: 'create-set', set: name, of: 'setting', dependsOn: [roleSet] });
    steps.push(...deploymentsOf(input, { name, of: 'setting', regions: some }));
  }
  const targetsAlone = settingSets.flatMap(({ name, regions: some }) => {
    const part = { name, of: 'setting', regions: some } as const;
    return targetsOf(input, part, { units: input.units, regions: regionsFor(part, input) });
  });
  return { roleSet, settingSets, steps, targetsAlone };
}

function deploymentsOf(input: DeploymentInput, part: SetPart): readonly DeployStep[] {
  const { found, pilot, units } = input;
  const there = found.get(part.name);
  const isThere = new Set(
    (there?.instances ?? [])
      .filter(({ status }) => status === 'CURRENT')
      .map(({ account, region }) => `${account} ${region}`),
  );
  const steps: DeployStep[] = [...takeOuts(input, part, there), ...retries(input, part, there)];
  const retried = new Set(
    steps.flatMap(({ cells }) => cells.map(({ account, region }) => `${account} ${region}`)),
  );
  const isNew = (account: string, region: string): boolean =>
    !isThere.has(`${account} ${region}`) && !retried.has(`${account} ${region}`);
  if (pilot !== null && input.cells.length === 0) {
    const cells = regionsFor(part, input)
      .filter((region) => isNew(pilot, region))
      .map((region) => ({ account: pilot, region }));
    if (cells.length > 0)
      steps.push(
        ...chunked(units, maxUnits).map((some, index) =>
          stepOf(input, part, {
            why: 'pilot',
            wave: null,
            units: some,
            accounts: [pilot],
            accountFilter: 'INTERSECTION',
            regions: regionsFor(part, input),
            value: null,
            tolerance: input.failureTolerance ?? '0',
            takesOver: false,
            cells: index === 0 ? cells : [],
          }),
        ),
      );
  } else if (part.of === 'setting') {
    const fresh = input.cells.filter(
      ({ account, region }) => part.regions.includes(region) && isNew(account, region),
    );
    const isProven = (there?.instances ?? []).some(
      ({ account, status }) => status === 'CURRENT' && input.ownRoles.has(account),
    );
    steps.push(...waves(input, part, fresh, isProven));
  }
  const missing = missingTargets(input, part, there, steps);
  return [...steps, ...targetsOf(input, part, missing)];
}

/** Makes units targets by deploying to all their accounts except the existing ones. */
const targetsOf = (
  input: DeploymentInput,
  part: SetPart,
  { units, regions }: { readonly units: readonly string[]; readonly regions: readonly string[] },
): readonly DeployStep[] =>
  chunked(units, maxUnits).map((some) =>
    stepOf(input, part, {
      why: 'targets',
      wave: null,
      units: some,
      accounts: input.accounts,
      accountFilter: input.accounts.length === 0 ? 'NONE' : 'DIFFERENCE',
      regions,
      value: null,
      tolerance: input.failureTolerance ?? '0',
      takesOver: false,
      cells: [],
    }),
  );

const regionsFor = (part: SetPart, { regions }: DeploymentInput): readonly string[] =>
  part.of === 'role' ? part.regions : part.regions.filter((region) => regions.includes(region));

/** Whether the set failed to create the role because the account has dhmc's role. */
const isInTheWay = (input: DeploymentInput, part: SetPart, instance: StackInstance): boolean =>
  part.of === 'role' &&
  instance.stack === null &&
  isToRetry(input, instance) &&
  input.ownRoles.has(instance.account) &&
  problemOfInstance(instance).reason === 'stack-role-exists';

const takeOuts = (
  input: DeploymentInput,
  part: SetPart,
  there: FoundSet | undefined,
): readonly DeployStep[] =>
  groupsOf(
    (there?.instances ?? [])
      .filter((instance) => isInTheWay(input, part, instance))
      .map(({ account, region }) => ({ account, region, value: input.value })),
  ).flatMap((group) =>
    inUnits(input, part, group, {
      ...{ why: 'take-out', wave: null, takesOver: false },
      tolerance: input.failureTolerance ?? '0',
    }),
  );

/** The calls that retry outdated instances, in their present regions. */
function retries(
  input: DeploymentInput,
  part: SetPart,
  there: FoundSet | undefined,
): readonly DeployStep[] {
  const byAccount = new Map<string, string[]>();
  for (const instance of there?.instances ?? []) {
    if (!isToRetry(input, instance) || isInTheWay(input, part, instance)) continue;
    byAccount.set(instance.account, [...(byAccount.get(instance.account) ?? []), instance.region]);
  }
  const values = new Map(
    input.cells.map(({ account, region, value }) => [`${account} ${region}`, value]),
  );
  const taken: HandOverCell[] = [];
  const others: HandOverCell[] = [];
  for (const [account, regions] of byAccount)
    for (const region of regions) {
      const value = part.of === 'role' ? undefined : values.get(`${account} ${region}`);
      const list = value === undefined ? others : taken;
      list.push({ account, region, value: value ?? input.value });
    }
  return [taken, others].flatMap((cells) =>
    groupsOf(cells).flatMap((group) =>
      inUnits(input, part, group, {
        why: 'retry',
        wave: null,
        // Retried instances may fail again. That is reported and does not stop the rest.
        tolerance: input.failureTolerance ?? '100%',
        takesOver: cells === taken,
      }),
    ),
  );
}

/**
 * One cell, the rest of its account, a tenth of the accounts, then all. Each wave starts after the one before
 * succeeded. `isProven`: the set has a cell that dhmc enabled, so CloudFormation is known to take settings over, and the
 * first account needs no waves of its own. A cell at AWS's default, such as the pilot's, does not prove that.
 */
function waves(
  input: DeploymentInput,
  part: SetPart,
  cells: readonly HandOverCell[],
  isProven: boolean,
): readonly DeployStep[] {
  const accounts = [...new Set(cells.map(({ account }) => account))].sort(byText);
  const first = accounts.find((account) => account === input.pilot) ?? accounts[0];
  if (first === undefined) return [];
  const others = isProven ? accounts : accounts.filter((account) => account !== first);
  const ofFirst = isProven ? [] : cells.filter(({ account }) => account === first);
  const cell = ofFirst.find(({ region }) => region === input.mainRegion) ?? ofFirst[0];
  const tenth = Math.ceil(accounts.length / 10);
  const of = (some: readonly string[]): readonly HandOverCell[] => {
    const chosen = new Set(some);
    return cells.filter(({ account }) => chosen.has(account));
  };
  const { failureTolerance } = input;
  const parts = [
    { cells: cell === undefined ? [] : [cell], tolerance: '0' },
    { cells: ofFirst.filter((each) => each !== cell), tolerance: '0' },
    { cells: of(others.slice(0, tenth)), tolerance: failureTolerance ?? '0' },
    { cells: of(others.slice(tenth)), tolerance: failureTolerance ?? '10%' },
  ].filter((wave) => wave.cells.length > 0);
  return parts.flatMap((wave, index) =>
    groupsOf(wave.cells).flatMap((group) =>
      inUnits(input, part, group, {
        why: index === 0 && !isProven ? 'pilot-cell' : 'wave',
        wave: index + 1,
        tolerance: wave.tolerance,
        takesOver: true,
      }),
    ),
  );
}

/** The units and regions for new accounts that are not targets of the set yet and do not become so by `steps`. */
function missingTargets(
  input: DeploymentInput,
  part: SetPart,
  there: FoundSet | undefined,
  steps: readonly DeployStep[],
): { readonly units: readonly string[]; readonly regions: readonly string[] } {
  const regions = regionsFor(part, input);
  const has = new Set<string>();
  for (const { unit, regions: some } of there?.autoTargets ?? [])
    for (const region of some) has.add(`${unit} ${region}`);
  for (const step of steps.filter(({ why }) => why !== 'take-out'))
    for (const unit of step.units) for (const region of step.regions) has.add(`${unit} ${region}`);
  const units = input.units.filter((unit) =>
    regions.some((region) => !has.has(`${unit} ${region}`)),
  );
  return { units, regions: units.length === 0 ? [] : regions };
}
