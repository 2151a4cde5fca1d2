import type { PolicyOptions } from '../../aws/permissions/printed-policy.ts';
import type { Partition } from '../../core/model/model.ts';
import { partitionOfRegion } from '../../core/model/regions.ts';
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { messagesFor } from '../session/messages.ts';
import { defaultDhmcRole, type OptionValues } from '../args/options.ts';
import { defaultRoleName } from '../args/access-options.ts';
import { silent } from '../terminal/progress.ts';
import type { Invocation } from '../args/command.ts';
import type { Resolved } from '../args/resolve.ts';

/**
 * The template's role name without --role-name. The default of --role-name exists already in accounts that
 * Organizations created.
 */
const defaultMemberRole = 'DhmcMemberRole';

const bearers = ['caller', 'member'] as const;
type Bearer = (typeof bearers)[number];

/** `dhmc policy [caller|member]`: prints the rights that dhmc needs, from the table of operations. Makes no calls. */
export async function policy({
  options,
  operands,
  environment,
  terminal,
}: Invocation): Promise<ExitStatus> {
  const { values } = options;
  const format = values.format ?? 'json';
  if (format === 'yaml') {
    throw new UsageError(
      '--format: "yaml" is a format of dhmc template.',
      'Choose json or cloudformation.',
    );
  }
  const bearer = bearerOf(operands[0], format === 'cloudformation' ? 'member' : 'caller');
  const trusted = values.trust ?? [];
  refuseWhatDoesNotGoTogether(options, bearer);
  const messages = messagesFor(terminal, values, silent);

  const { callerPolicy, memberPolicy } = await import('../../aws/permissions/printed-policy.ts');
  const { callerTemplate, memberTemplate, trustPolicy } =
    await import('../../aws/permissions/cloudformation.ts');
  const needed = policyOptions(values, partitionOf(values, environment));
  const document = bearer === 'caller' ? callerPolicy(needed) : memberPolicy(needed);
  const trust = {
    trusted,
    externalId: values['external-id'] ?? null,
    sessionTags: needed.sessionTags,
    sourceIdentity: needed.sourceIdentity,
  };
  if (trusted.some(({ patterns }) => patterns === null)) {
    messages.warn(
      '--trust names an account: everybody in it whose own policies allow sts:AssumeRole can assume the role.',
    );
  }

  if (format === 'json') {
    const printed =
      trusted.length === 0
        ? document
        : { PolicyDocument: document, AssumeRolePolicyDocument: trustPolicy(trust) };
    await terminal.write(`${JSON.stringify(printed, null, 2)}\n`);
  } else if (bearer === 'caller') {
    await terminal.write(
      `${JSON.stringify(callerTemplate(document, needed.partition), null, 2)}\n`,
    );
  } else {
    const [roleName = defaultMemberRole] = values['role-name'] ?? [];
    await terminal.write(
      `${JSON.stringify(memberTemplate({ policy: document, partition: needed.partition, roleName, trust }), null, 2)}\n`,
    );
    if (values['role-name'] === undefined)
      messages.info(`Use this role with: --role-name ${defaultMemberRole}`);
  }
  if (bearer === 'caller') {
    messages.info(
      "Statements that begin with Own are for the caller's own account: leave them out if that account is never in scope.",
    );
  }
  return exitStatuses.ok;
}

function bearerOf(word: string | undefined, otherwise: Bearer): Bearer {
  if (word === undefined) return otherwise;
  const bearer = bearers.find((candidate) => candidate === word);
  if (bearer !== undefined) return bearer;
  const near = nearest(word, bearers);
  throw new UsageError(
    `"${word}" is not a policy of dhmc.`,
    near === null ? 'Choose caller or member.' : `Did you mean ${near}?`,
  );
}

function refuseWhatDoesNotGoTogether({ values, origins: places }: Resolved, bearer: Bearer): void {
  const format = values.format ?? 'json';
  if (values.output !== undefined && values.output !== 'json') {
    throw new UsageError(
      `--output: a policy is JSON, not ${values.output}.`,
      'Leave --output out; --format cloudformation gives a template.',
    );
  }
  if (values['read-only'] && values['with-overwrite']) {
    throw new UsageError(
      '--read-only cannot be combined with --with-overwrite.',
      'Leave out one of the two.',
    );
  }
  const trusts = (values.trust ?? []).length > 0;
  if (bearer === 'caller' && (trusts || values['external-id'] !== undefined)) {
    throw new UsageError(
      `--${trusts ? 'trust' : 'external-id'} is for the member role, which the caller assumes.`,
      'Use dhmc policy member.',
    );
  }
  if (format === 'json' && !trusts && values['external-id'] !== undefined) {
    throw new UsageError(
      '--external-id is part of the trust policy, which needs a principal.',
      'Add --trust ARN, or --format cloudformation.',
    );
  }
  const names = values['role-name'] ?? [];
  if (bearer === 'member' && format === 'cloudformation' && names.length > 1) {
    throw new UsageError(
      `${places.get('role-name')?.[0] ?? '--role-name'}: a template creates one role, but ${names.join(', ')} are ${names.length}.`,
      'Name one with --role-name, which takes precedence over a file.',
    );
  }
  const partitions = new Set((values.trust ?? []).map(({ partition }) => partition));
  if (partitions.size > 1)
    throw new UsageError(
      '--trust: the ARNs belong to different partitions.',
      'A role can trust only principals of its own partition.',
    );
}

/** The partition of the trusted principals, else of --home-region, else of the region in the environment. */
function partitionOf(values: OptionValues, environment: Invocation['environment']): Partition {
  const [first] = values.trust ?? [];
  if (first !== undefined) return first.partition;
  const region = [
    values['home-region'],
    environment['AWS_REGION'],
    environment['AWS_DEFAULT_REGION'],
  ].find((candidate) => candidate !== undefined && candidate !== '');
  return region === undefined ? 'aws' : partitionOfRegion(region);
}

const policyOptions = (values: OptionValues, partition: Partition): PolicyOptions => ({
  partition,
  dhmcRole: values['dhmc-role'] ?? defaultDhmcRole,
  roleNames: [...new Set(values['role-name'] ?? [defaultRoleName])],
  readOnly: values['read-only'],
  withOverwrite: values['with-overwrite'],
  permissionsBoundary: values['permissions-boundary'] ?? null,
  coverage: values.coverage,
  stackSets: values.stackset,
  sessionTags: (values['session-tag'] ?? []).length > 0,
  sourceIdentity: values['source-identity'] !== undefined,
});
