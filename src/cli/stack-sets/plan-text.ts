/** Plans of deployments and removals as text: every call with its targets, regions, preferences and counts. */
import {
  callOf,
  type Deployment,
  type DeploymentStep,
  type DeployStep,
  type FoundSet,
} from '../../core/stack-sets/deployment.ts';
import { onDeletion } from '../../core/stack-sets/retention.ts';
import {
  kindOfSet,
  managedByStackSet,
  managedByTag,
  maxInstances,
  type StackInstance,
} from '../../core/stack-sets/stack-sets.ts';
import { nameAndId, type AccountNames } from '../../core/model/account-names.ts';
import { withoutPlace } from '../../core/problems/alike.ts';
import type { NotCovered } from '../../core/stack-sets/report.ts';
import type { Unit } from '../../run/cloud.ts';
import { shown } from '../terminal/terminal.ts';
import { capitalize, plural, series } from '../../core/model/counted.ts';
import type { TakeBackPlan } from './take-back.ts';

type InWords = (id: string) => string;

const whys: Readonly<Record<DeployStep['why'], (step: DeployStep, named: InWords) => string>> = {
  pilot: ({ accounts }, named) =>
    `the pilot ${named(accounts[0] ?? '')}, which makes its unit a target`,
  'pilot-cell': () => 'one cell first',
  wave: ({ wave }) => `wave ${String(wave)}`,
  retry: () => 'outdated stack instances, once more',
  'take-out': () =>
    'the account has a role that the stack set did not create, and the stack instance created nothing',
  targets: () => 'no existing account, so that new ones are covered',
};

function stepText(step: DeploymentStep, named: InWords): readonly string[] {
  if (step.kind === 'create-set')
    return [
      `CreateStackSet ${step.set}: the ${step.of}, automatic deployment on, managed execution on${
        step.dependsOn.length === 0 ? '' : `, after ${step.dependsOn.join(', ')}`
      }`,
    ];
  const { set, units, accounts, accountFilter, regions, preferences, value, cells } = step;
  const listed =
    accounts.length > 3 ? plural(accounts.length, 'account') : accounts.map(named).join(', ');
  const filter = {
    NONE: 'all their accounts',
    INTERSECTION: `of their accounts only ${listed}`,
    DIFFERENCE: `all their accounts except ${listed}`,
  }[accountFilter];
  return [
    `${callOf(step)} ${set}: ${whys[step.why](step, named)}; ${plural(cells.length, 'stack instance')}`,
    `    units ${units.length > 5 ? plural(units.length, 'unit') : units.join(', ')}; ${filter}`,
    `    regions ${regions.join(', ')}`,
    ...(value === null ? [] : [`    Role=${shown(value)}`]),
    `    ${preferences.regions === 'at once' ? 'regions at once' : 'regions one after another'}, up to ${preferences.maxConcurrent} of the accounts at once, failure tolerance ${preferences.failureTolerance}`,
  ];
}

const notCoveredText = ({ account, region, cells, reason }: NotCovered, named: InWords): string =>
  `  ${[account === null ? null : named(account), region, cells === null ? null : plural(cells, 'cell')].filter((part) => part !== null).join(', ')}: ${shown(reason)}`;

/** More rows with the same reason become one line with its accounts. */
const fewRows = 3;
const maxPlaces = 10;
const maxReasons = 20;

const reasonOf = ([first]: readonly NotCovered[]): string => first?.reason ?? '';

/** Each reason with its accounts and cells; with many accounts, only the first of them. */
function notCoveredLines(rows: readonly NotCovered[], named: InWords): readonly string[] {
  const byReason = new Map<string, NotCovered[]>();
  for (const row of rows) {
    const { account, reason } = row;
    // AWS's message names the account and the region, so leave them out of the key.
    const key = account === null ? reason : withoutPlace(reason, account);
    const group = byReason.get(key);
    if (group === undefined) byReason.set(key, [row]);
    else group.push(row);
  }
  const groups = [...byReason];
  return [
    ...groups.slice(0, maxReasons).flatMap(([, group]) => {
      if (group.length <= fewRows) return group.map((row) => notCoveredText(row, named));
      const accounts = new Set(group.flatMap(({ account }) => account ?? []));
      const places = [
        ...[...accounts].map(named),
        ...new Set(
          group.flatMap(({ account, region }) => (account === null ? (region ?? []) : [])),
        ),
      ];
      const cells = group.reduce((sum, row) => sum + (row.cells ?? 0), 0);
      const counts = [
        ...(accounts.size > 0 ? [plural(accounts.size, 'account')] : []),
        ...(places.length > accounts.size ? [plural(places.length - accounts.size, 'region')] : []),
        ...(cells > 0 ? [plural(cells, 'cell')] : []),
      ];
      const more = places.length - maxPlaces;
      return [
        `  ${counts.join(', ')}: ${group.some(({ reason }) => reason !== reasonOf(group)) ? 'For example: ' : ''}${shown(reasonOf(group))}`,
        `    ${places.slice(0, maxPlaces).join(', ')}${more > 0 ? ` and ${String(more)} more; -o json lists all` : ''}`,
      ];
    }),
    ...(groups.length > maxReasons
      ? [`  and ${plural(groups.length - maxReasons, 'more reason')}; -o json lists all`]
      : []),
  ];
}

export function planText(
  { steps, settingSets }: Deployment,
  {
    units,
    names,
    notCovered,
    takeOver,
  }: {
    /** The names of the target's accounts. */
    readonly names: AccountNames;
    readonly units: readonly Unit[];
    readonly notCovered: readonly NotCovered[];
    readonly takeOver: boolean;
  },
): string {
  const cells = steps.flatMap((step) =>
    step.kind === 'deploy' && step.of === 'setting' ? step.cells : [],
  );
  const accounts = new Set(cells.map(({ account }) => account)).size;
  const named: InWords = (id) => shown(nameAndId(id, names));
  return [
    `Target: ${units.map(({ id, path }) => `${path === '' ? 'the whole organization' : shown(path)} (${id})`).join(', ')}. CloudFormation deploys to accounts that join or are moved there.`,
    takeOver
      ? `${plural(cells.length, 'cell')} of ${plural(accounts, 'account')} ${cells.length === 1 ? 'is' : 'are'} transferred to the stack sets; ${cells.length === 1 ? 'the setting keeps its value' : 'their settings keep their values'}.`
      : `Existing accounts stay as they are, except the pilot (${plural(cells.length, 'cell')}).`,
    ...(settingSets.length < 2
      ? []
      : [
          `The regions are divided among ${plural(settingSets.length, 'setting set')}, since AWS allows ${maxInstances.toLocaleString('en')} stack instances each: ${settingSets.map(({ name, regions, instances }) => `${name} has ${plural(instances, 'stack instance')} in ${regions.join(', ')}`).join('; ')}.`,
        ]),
    '',
    ...steps.flatMap((step, index) => {
      const [first = '', ...rest] = stepText(step, named);
      return [`${`${String(index + 1)}.`.padStart(4)} ${first}`, ...rest.map((line) => ` ${line}`)];
    }),
    ...(notCovered.length === 0 ? [] : ['', 'Not covered:', ...notCoveredLines(notCovered, named)]),
    '\n',
  ].join('\n');
}

/** How to undo a deployment: transferred settings keep their values; settings that the stack sets enabled do not. */
export function undoText(
  { steps }: Pick<Deployment, 'steps'>,
  commandOf: (...words: readonly string[]) => string,
): readonly string[] {
  const enabled = steps.flatMap((step) =>
    step.kind === 'deploy' && step.of === 'setting' && !step.takesOver && step.why !== 'take-out'
      ? step.cells
      : [],
  );
  if (enabled.length === 0)
    return [`Undo with: ${commandOf('remove')}`, 'It keeps every setting and role as it is.'];
  return [
    `Undo with: ${commandOf('remove', '--reset')}`,
    `It resets every setting that the stack sets have by then. Without --reset, ${plural(enabled.length, 'setting')} that this deployment enabled ${enabled.length === 1 ? 'stays' : 'stay'} on, and so does the role.`,
  ];
}

/** The plan as a one-line question. */
export function questionOf({ steps }: Deployment): string {
  const sets = steps.flatMap((step) => (step.kind === 'create-set' ? [step.set] : []));
  const cells = steps.flatMap((step) =>
    step.kind === 'deploy' && step.why !== 'take-out' ? step.cells : [],
  );
  const accounts = new Set(cells.map(({ account }) => account)).size;
  const deeds = [
    ...(sets.length === 0
      ? []
      : [`create ${plural(sets.length, 'stack set')} (${sets.map(shown).join(', ')})`]),
    ...(cells.length === 0
      ? []
      : [`deploy ${plural(cells.length, 'stack instance')} to ${plural(accounts, 'account')}`]),
  ];
  const what = deeds.length === 0 ? 'record what is deployed' : deeds.join(', ');
  return `${capitalize(what)}? [y/N] `;
}

/** A removal: the stack sets in order, the cells and roles that return to dhmc, and whether settings are reset. */
export interface Removal extends TakeBackPlan {
  readonly sets: readonly FoundSet[];
  readonly reset: boolean;
}

/** The stack instances of settings, or of the role, that have a stack. */
export const cellsOfSets = (
  sets: readonly FoundSet[],
  of: 'setting' | 'role',
): readonly StackInstance[] =>
  sets.flatMap(({ set, instances }) =>
    (kindOfSet(set) === 'role') === (of === 'role')
      ? instances.filter(({ stack }) => stack !== null)
      : [],
  );

const countCells = (cells: readonly Pick<StackInstance, 'account'>[], what: string): string =>
  `${plural(cells.length, what)} in ${plural(new Set(cells.map(({ account }) => account)).size, 'account')}`;

/** The removal as a one-line question. */
export function removalQuestion({ sets, roles, reset }: Removal): string {
  const tag = roles.length === 0 ? [] : [`tag ${plural(roles.length, 'role')} as dhmc's`];
  const deleted = `delete ${plural(sets.length, 'stack set')}`;
  const settings = cellsOfSets(sets, 'setting');
  const made = cellsOfSets(sets, 'role');
  const deeds =
    sets.length === 0
      ? ["record the cells as dhmc's", ...tag]
      : reset
        ? [
            ...(settings.length === 0 ? [] : [`reset ${countCells(settings, 'setting')}`]),
            ...(made.length === 0 ? [] : [`delete ${plural(made.length, 'role')}`]),
            deleted,
          ]
        : [deleted, 'keep roles and settings', ...tag];
  return `${capitalize(series(deeds))}? [y/N] `;
}

/** The order of the removal, and what is verified before anything is deleted. */
export function removalText({ sets, cells, roles, reset }: Removal): string {
  const namesOf = (kind: 'setting' | 'role'): string => {
    const names = sets
      .filter(({ set }) => (kindOfSet(set) === 'role') === (kind === 'role'))
      .map(({ set }) => set.name);
    return names.length === 0 ? 'none' : names.join(', ');
  };
  const accounts = new Set(roles.map(({ account }) => account)).size;
  const these = plural(roles.length, 'role');
  const isReset = reset && sets.length > 0;
  const lastSteps = [
    isReset
      ? `Read ${plural(cells.length, 'cell')}, and record that no stack set has ${cells.length === 1 ? 'it' : 'them'} any more`
      : `Read ${plural(cells.length, 'cell')}, and record ${cells.length === 1 ? 'it' : 'them'} as dhmc's`,
    ...(roles.length === 0
      ? []
      : [
          `TagRole ${managedByTag}=dhmc, with the access role of ${plural(accounts, 'account')}: ${reset ? 'whatever remains of ' : ''}${roles.length === 1 ? 'the role' : `the ${these}`} that the stack sets created, if still tagged ${managedByTag}=${managedByStackSet}`,
        ]),
  ];
  const numbered = (steps: readonly string[]): readonly string[] =>
    steps.map((text, index) => `   ${String(index + 1)}. ${text}`);
  if (sets.length === 0)
    return [
      'The stack sets are gone. This completes an earlier removal.',
      ...numbered(lastSteps),
      '\n',
    ].join('\n');
  const made = cellsOfSets(sets, 'role');
  return [
    ...sets.map(({ set, instances }) => {
      const count = `${set.name}: ${plural(instances.length, 'stack instance')}`;
      if (reset) return count;
      return `${count}; with its current template, deleting a stack ${onDeletion(set.template) === 'kept' ? 'keeps' : 'does not keep'} what it created`;
    }),
    ...numbered([
      `UpdateStackSet ${sets.map(({ set }) => set.name).join(', ')}: automatic deployment off${reset ? '; from then on, deleting a stack resets its setting' : ''}; all stacks must be current before anything is deleted`,
      `DeleteStackInstances and DeleteStackSet ${namesOf('setting')}: ${reset ? `${countCells(cellsOfSets(sets, 'setting'), 'setting')} to AWS's default` : 'the settings stay'}`,
      `DeleteStackInstances and DeleteStackSet ${namesOf('role')}: ${reset ? `${made.length === 0 ? 'it created no role' : `deletes ${plural(made.length, 'role')} that it created`}; roles of dhmc's runs stay` : 'the roles stay'}`,
      ...lastSteps,
    ]),
    '\n',
  ].join('\n');
}
