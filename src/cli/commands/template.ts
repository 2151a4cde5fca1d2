import { basename, dirname, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { UsageError } from '../../core/model/errors.ts';
import type { Partition } from '../../core/model/model.ts';
import { isDefaultRegion, partitionOfRegion, partitionRegions } from '../../core/model/regions.ts';
import { parseRoleName } from '../../core/iam/role-names.ts';
import type { Unit } from '../../run/cloud.ts';
import type { Adoption } from '../../core/templates/adoption.ts';
import type { SetName, Template, TemplateChoices } from '../../core/templates/template.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { makeFolders, refuseForeignLinks, writeOver } from '../../journal/index.ts';
import type { Invocation } from '../args/command.ts';
import { defaultDhmcRole, type OptionName, type OptionValues } from '../args/options.ts';
import type { Resolved } from '../args/resolve.ts';
import { tagRecord } from '../args/run-settings.ts';
import { scopeOf } from '../args/scope.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { refuseUnknownExclusions } from '../session/exclusions.ts';
import { messagesFor, type Messages } from '../session/messages.ts';
import { openSession } from '../session/session.ts';
import { silent } from '../terminal/progress.ts';
import { shown } from '../terminal/terminal.ts';

/** An output file, with its name under `--out`. */
interface Output {
  readonly name: string;
  readonly text: string;
}

/** What the templates are for; null if no scope is given, so that AWS is not called. */
interface Place {
  readonly partition: Partition;
  readonly organization: string;
  readonly units: readonly Unit[];
}

/** `dhmc template` without a subcommand. */
export function template(): Promise<ExitStatus> {
  return Promise.reject(
    new UsageError(
      'No template given.',
      'Use dhmc template cloudformation or dhmc template terraform.',
    ),
  );
}

/** `dhmc template cloudformation`: the template of a stack set, from the options; with a scope, for its targets. */
export async function cloudFormationTemplate(invocation: Invocation): Promise<ExitStatus> {
  const { options } = invocation;
  const { values } = options;
  const format = values.format ?? 'yaml';
  if (format === 'cloudformation') {
    throw new UsageError(
      '--format: "cloudformation" is a format of dhmc policy.',
      'Choose yaml or json.',
    );
  }
  const sets = setsOf(values);
  refuseUnused(invocation, sets);
  requireDefaultRegion(values);
  const messages = messagesFor(invocation.terminal, values, silent);
  const place = await placeOf(invocation);
  const partition = place?.partition ?? partitionOf(options, invocation.environment);
  if (partition === 'aws-cn') warnOfChina(messages);

  const { stackSetTemplate } = await import('../../core/templates/cloudformation.ts');
  const { renderTemplate } = await import('../../render/templates/cloudformation.ts');
  const choices = choicesOf(values, partition);
  return write(
    invocation,
    messages,
    sets.map((set) => ({
      name: `dhmc-${set}.${format}`,
      text: renderTemplate(forPlace(stackSetTemplate(set, choices), place), format),
    })),
  );
}

/** `dhmc template terraform`: for one account; with a scope, for the stack sets; with --from, for existing settings. */
export async function terraformTemplate(invocation: Invocation): Promise<ExitStatus> {
  const { options } = invocation;
  const { values } = options;
  const scoped = values.org || values.ou !== undefined;
  if (values.from !== undefined && scoped) {
    throw new UsageError(
      `--from cannot be combined with --${values.org ? 'org' : 'ou'}.`,
      'With --from the accounts are those of the report; narrow them with --account.',
    );
  }
  if (values.account !== undefined && values.from === undefined) {
    throw new UsageError(
      '--account needs --from: it selects an account of the report.',
      'Add --from REPORT, or leave --account out: the file is for whichever account runs it.',
    );
  }
  if (values.from !== undefined) return fromReport(invocation, values.from);
  requireDefaultRegion(values);
  const messages = messagesFor(invocation.terminal, values, silent);
  const place = scoped ? await placeOf(invocation) : null;
  const partition = place?.partition ?? partitionOf(options, invocation.environment);
  const choices = choicesOf(values, partition);
  const regions = regionsOf(values, partition);
  if (place === null) {
    const { accountModule } = await import('../../render/templates/terraform-account.ts');
    const text = accountModule({ choices, regions, adoption: null });
    return write(invocation, messages, [{ name: 'main.tf', text }]);
  }
  if (partition === 'aws-cn') warnOfChina(messages);
  const optIn = regions.filter((region) => !isDefaultRegion(region));
  if (optIn.length > 0) {
    messages.warn(
      `${optIn.join(', ')}: enable opt-in regions in every account of the targets and in the management account first; stack instances fail elsewhere.`,
    );
  }
  const { stackSetModule } = await import('../../render/templates/terraform-stack-sets.ts');
  const { organization, units } = place;
  const text = stackSetModule({ choices, organization, regions, targets: units });
  return write(invocation, messages, [{ name: 'main.tf', text }]);
}

/** Writes one folder per account of the report, or the file of one account to standard output. */
async function fromReport(invocation: Invocation, name: string): Promise<ExitStatus> {
  const { values } = invocation.options;
  refuseOnCommandLine(
    invocation,
    ['dhmc-role', 'permissions-boundary', 'role-tag', 'home-region'],
    'has no effect with --from: the report says what is there.',
  );
  const messages = messagesFor(invocation.terminal, values, silent);
  const { readBaseline } = await import('../runs/baseline.ts');
  const { resolveStateDir } = await import('../runs/state-dir.ts');
  const report = await readBaseline(
    name,
    await resolveStateDir(values),
    ({ line, reason }) => {
      messages.warn(`${shown(name)}: line ${line} ${shown(reason)}; it is left out.`);
    },
    '--from',
  );
  const { adoptions } = await import('../../core/templates/adoption.ts');
  const all = adoptions(report);
  const chosen = chosenAccounts(values.account, report.accounts);
  const found = all
    .filter(({ account }) => chosen === null || chosen.has(account))
    .flatMap((adoption) => narrowed(adoption, values) ?? []);
  if (found.length === 0) {
    throw new UsageError(
      `--from: "${name}" shows no account${chosen === null ? '' : ' of the selection'} in which DHMC is on.`,
      'Give the report of a dhmc status or dhmc enable, and accounts and regions that it shows as enabled.',
    );
  }
  const [first, ...others] = found;
  if (values.out === undefined && others.length > 0) {
    throw new UsageError(
      `--from: "${name}" shows ${found.length} accounts in which DHMC is on, and a Terraform configuration is for one account.`,
      'Add --account ID|NAME for one of them, or --out DIR for a folder for each.',
    );
  }
  for (const { account, granted } of found) {
    if (!granted) {
      messages.warn(
        `Account ${account}: the report does not show the managed policy on the role; Terraform will attach it.`,
      );
    }
  }
  const { accountModule } = await import('../../render/templates/terraform-account.ts');
  const choices = choicesOf(values, report.partition);
  return write(
    invocation,
    messages,
    found.map((adoption) => ({
      name:
        adoption === first && others.length === 0 ? 'main.tf' : join(adoption.account, 'main.tf'),
      text: accountModule({ choices, regions: adoption.regions, adoption }),
    })),
  );
}

/** The accounts of the report that --account names, or null for all. */
function chosenAccounts(
  named: OptionValues['account'],
  accounts: readonly { readonly id: string; readonly name: string }[],
): ReadonlySet<string> | null {
  if (named === undefined) return null;
  const chosen = new Set<string>();
  const one = (value: string): string | null => {
    const hits = accounts.filter(({ id, name }) => id === value || name === value);
    if (hits.length > 1) {
      throw new UsageError(
        `--account "${value}": ${hits.length} accounts of the report have this name: ${hits.map(({ id }) => id).join(', ')}.`,
        'Give the id of the one you mean.',
      );
    }
    return hits[0]?.id ?? null;
  };
  for (const value of named) {
    const whole = one(value);
    const parts = whole === null ? value.split(',').map((part) => part.trim()) : [];
    if (whole !== null) chosen.add(whole);
    for (const part of parts) {
      const id = one(part);
      if (id === null) {
        throw new UsageError(
          `--account "${part}": the report has no such account.`,
          'Give the twelve-digit id or the full name of an account in the report.',
        );
      }
      chosen.add(id);
    }
  }
  return chosen;
}

/** The adoption, limited to --region and --exclude-region; null if no region is left. */
function narrowed(adoption: Adoption, values: OptionValues): Adoption | null {
  const kept = (region: string): boolean =>
    (values.region === undefined || values.region.includes(region)) &&
    !(values['exclude-region'] ?? []).includes(region);
  const regions = adoption.regions.filter(kept);
  if (regions.length === 0) return null;
  return { ...adoption, regions, others: adoption.others.filter(({ region }) => kept(region)) };
}

/** With --out but without --set: the two recommended stack sets. */
function setsOf(values: OptionValues): readonly SetName[] {
  if (values.set !== undefined) return [values.set];
  if (values.out !== undefined) return ['role', 'setting'];
  throw new UsageError(
    'No stack set selected.',
    'Choose with --set role, setting, single, registered or automation; --out DIR alone writes role and setting.',
  );
}

/** Throws `UsageError` for options on the command line that none of the templates uses. */
function refuseUnused(invocation: Invocation, sets: readonly SetName[]): void {
  const makesRole = sets.some((set) => set === 'role' || set === 'single');
  const unused: readonly OptionName[] = [
    ...(makesRole ? [] : (['permissions-boundary', 'role-tag'] as const)),
    ...(sets.includes('registered') ? (['dhmc-role'] as const) : []),
    ...(sets.includes('automation') && invocation.options.values['on-delete'] === 'reset'
      ? (['on-delete'] as const)
      : []),
  ];
  const why = sets.includes('registered')
    ? 'Systems Manager makes the role.'
    : 'it creates no DHMC role.';
  refuseOnCommandLine(invocation, unused, `has no effect on --set ${sets.join(', ')}: ${why}`);
}

function refuseOnCommandLine(
  { given }: Invocation,
  names: readonly OptionName[],
  why: string,
): void {
  const name = names.find((option) => given.has(option));
  if (name === undefined) return;
  const reason =
    name === 'on-delete'
      ? 'has no effect on --set automation: deleting the stack resets nothing.'
      : why;
  throw new UsageError(`--${name} ${reason}`, `Leave --${name} out.`);
}

/**
 * Throws `UsageError` unless the home region is enabled in every account: there the template creates what an account
 * has once.
 */
function requireDefaultRegion(values: OptionValues): void {
  const region = values['home-region'];
  if (region === undefined || isDefaultRegion(region)) return;
  throw new UsageError(
    `--home-region: "${region}" is an opt-in region, and not enabled in every account.`,
    `Choose a default region, such as ${partitionRegions(partitionOfRegion(region)).main}.`,
  );
}

const warnOfChina = (messages: Messages): void => {
  messages.warn(
    'Service-managed stack sets are not offered in the regions of China: deploy the template as a self-managed stack set, or use dhmc enable.',
  );
};

/** Calls AWS if a scope is given: for the caller, the organization and the units in scope. */
async function placeOf(invocation: Invocation): Promise<Place | null> {
  const { values } = invocation.options;
  if (!values.org && values.ou === undefined) return null;
  const scope = scopeOf(invocation.options, 'refuse');
  using session = await openSession({
    invocation,
    purpose: purposeFor({ does: 'status' }),
    scope,
  });
  const { cloud } = session;
  return {
    partition: cloud.partition,
    organization: cloud.organization.id,
    units: await cloud.units(scope.accounts.ous),
  };
}

/** The partition of --home-region or --region, else of the region in the environment. */
function partitionOf({ values }: Resolved, environment: Invocation['environment']): Partition {
  const region = [
    values['home-region'],
    values.region?.[0],
    environment['AWS_REGION'],
    environment['AWS_DEFAULT_REGION'],
  ].find((candidate) => candidate !== undefined && candidate !== '');
  return region === undefined ? 'aws' : partitionOfRegion(region);
}

function regionsOf(values: OptionValues, partition: Partition): readonly string[] {
  const chosen = values.region ?? partitionRegions(partition).defaults;
  const stranger = chosen.find((region) => partitionOfRegion(region) !== partition);
  if (stranger !== undefined) {
    throw new UsageError(
      `--region: "${stranger}" is not in ${partition}.`,
      `Choose regions of one partition, such as ${partitionRegions(partition).main}.`,
    );
  }
  const excluded = values['exclude-region'] ?? [];
  refuseUnknownExclusions(excluded, chosen);
  const regions = [...new Set(chosen)].filter((region) => !excluded.includes(region)).sort();
  if (regions.length > 0) return regions;
  throw new UsageError(
    'No regions left: --exclude-region removes all of them.',
    'Leave out some of the exclusions.',
  );
}

function choicesOf(values: OptionValues, partition: Partition): TemplateChoices {
  const role = parseRoleName(values['dhmc-role'] ?? defaultDhmcRole);
  return {
    rolePath: role.path,
    roleName: role.name,
    boundary: values['permissions-boundary'] ?? null,
    tags: tagRecord(values['role-tag']),
    mainRegion: values['home-region'] ?? partitionRegions(partition).main,
    onDelete: values['on-delete'] ?? 'retain',
  };
}

/** The template with its targets in the comment at its head. */
const forPlace = (template: Template, place: Place | null): Template =>
  place === null
    ? template
    : {
        ...template,
        comments: {
          ...template.comments,
          '': [
            ...(template.comments[''] ?? []),
            '',
            `Targets in organization ${place.organization}:`,
            ...place.units.map(({ id, path }) => `  ${id}${path === '' ? '' : `  ${shown(path)}`}`),
          ],
        },
      };

async function write(
  { options, terminal }: Invocation,
  messages: Messages,
  outputs: readonly Output[],
): Promise<ExitStatus> {
  const { out } = options.values;
  if (out === undefined) {
    for (const { text } of outputs) await terminal.write(text);
    return exitStatuses.ok;
  }
  const files = outputs.map(({ name, text }) => ({ path: join(out, name), text }));
  for (const { path } of files) await requireWritable(path);
  for (const { path, text } of files) {
    try {
      await makeFolders(dirname(path));
      await writeOver(path, [text]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `--out: ${basename(path)} could not be written to "${dirname(path)}": ${reason}.`,
        'Name a directory that you can write to.',
      );
    }
    messages.info(`Wrote ${shown(path)}.`);
  }
  return exitStatuses.ok;
}

/** Throws `UsageError` if the path exists and is not a regular file, or leads through another user's link. */
async function requireWritable(path: string): Promise<void> {
  await refuseForeignLinks('--out: the file', path);
  const there = await stat(path).catch(() => null);
  if (there === null || there.isFile()) return;
  throw new UsageError(
    `--out: "${path}" exists and is not a regular file.`,
    'Name another directory, or remove what is in the way.',
  );
}
