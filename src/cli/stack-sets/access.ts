/**
 * The first checks of every `dhmc stackset` command: whether the caller may manage the organization's stack sets, and
 * which of them are dhmc's.
 */
import { CommandError, UsageError } from '../../core/model/errors.ts';
import type { Reading } from '../../core/model/model.ts';
import { parseRoleName } from '../../core/iam/role-names.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { parameterDefault } from '../../core/stack-sets/retention.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import {
  hasEnded,
  kindOfSet,
  type StackInstance,
  type StackSet,
} from '../../core/stack-sets/stack-sets.ts';
import type { Cloud } from '../../run/cloud.ts';
import { follow } from '../../run/stack-set-operation.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { showOperation } from './progress.ts';

/** The value of a reading. Throws `CommandError` if there is none. */
export function valueOf<T>(reading: Reading<T>): T {
  if (reading.known) return reading.value;
  throw new CommandError(reading.problem);
}

/**
 * The organization's stack sets. Throws `UsageError` if trusted access is off, or if the caller is neither the
 * management account nor a delegated administrator. dhmc never turns trusted access on.
 */
export async function requireStackSets(cloud: Cloud): Promise<StackSetsAccess> {
  if (cloud.partition === 'aws-cn')
    throw new UsageError(
      'The regions of China have no service-managed stack sets.',
      'Use `dhmc enable` there, or deploy `dhmc template cloudformation` as a self-managed stack set.',
    );
  const access = await cloud.stackSets();
  const trusted = await access.organizationsAccess();
  if (!trusted.known) {
    if (/delegated administrator/i.test(trusted.problem.message))
      throw new UsageError(
        `Account ${cloud.caller.account} is neither the management account nor a delegated administrator for StackSets.`,
        `Use credentials of the management account ${cloud.organization.managementAccount}, or register this one there: aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id ${cloud.caller.account}`,
      );
    throw new CommandError(trusted.problem);
  }
  if (trusted.value !== 'enabled')
    throw new UsageError(
      'Trusted access for StackSets is off in the organization, and dhmc never switches it on.',
      `Switch it on in the management account ${cloud.organization.managementAccount}: aws cloudformation activate-organizations-access --region ${access.region}`,
    );
  return access;
}

/** Waits until all running operations of earlier commands have ended. */
async function waitForOperations(
  { messages, signal }: Pick<CommandSession, 'messages' | 'signal'>,
  access: StackSetsAccess,
  sets: readonly StackSet[],
): Promise<void> {
  for (const { name: set } of sets) {
    const active = valueOf(await access.operations(set)).filter((each) => !hasEnded(each));
    for (const { id } of active) {
      messages.info(`${set}: waiting for operation ${id}, which is still running`);
      await follow(
        {
          access,
          clock,
          signal,
          wait: true,
          record: () => Promise.resolve(),
          onProgress: showOperation(messages),
        },
        set,
        id,
        Infinity,
      );
      signal.throwIfAborted();
    }
  }
}

/** dhmc's stack sets with this prefix, by name. Throws `UsageError` if a stack set of such a name is not dhmc's. */
export async function findOwnSets(
  access: StackSetsAccess,
  prefix: string,
  /** The command, if it must first wait for running operations. */
  waiting: Pick<CommandSession, 'messages' | 'signal'> | null = null,
): Promise<ReadonlyMap<string, FoundSet>> {
  const named = new RegExp(`^${prefix}-(role|setting(-\\d+)?)$`);
  const sets = valueOf(await access.sets()).filter(({ name }) => named.test(name));
  sets.forEach(requireOurs);
  if (waiting !== null) await waitForOperations(waiting, access, sets);
  const found = new Map<string, FoundSet>();
  for (const set of sets) {
    const instances: StackInstance[] = [];
    for await (const page of access.instances(set.name)) instances.push(...valueOf(page));
    const autoTargets = valueOf(await access.autoTargets(set.name));
    found.set(set.name, { set, instances, autoTargets });
  }
  return found;
}

function requireOurs(set: StackSet): void {
  if (kindOfSet(set) !== null) return;
  throw new UsageError(
    `There is a stack set ${set.name}, and dhmc did not create it: it has no tag dhmc:managed-by=stackset.`,
    'Choose another prefix with --name.',
  );
}

/**
 * Throws `UsageError` if an existing stack set uses another role: it would change the values of cells, or report them
 * wrongly.
 */
export function requireSameRole(
  found: ReadonlyMap<string, FoundSet>,
  { dhmcRole }: Pick<RunSettings, 'dhmcRole'>,
): void {
  const { path, name } = parseRoleName(dhmcRole);
  const value = `${path.slice(1)}${name}`;
  for (const { set } of found.values()) {
    const sets = set.parameters['Role'] ?? parameterDefault(set.template, 'Role');
    if (sets !== null && sets !== value)
      throw new UsageError(
        `The stack set ${set.name} sets the role ${sets}, and --dhmc-role is ${value}.`,
        `Give --dhmc-role ${sets}, or name other stack sets with --name.`,
      );
  }
}
