/** AWS Security Token Service: the caller's identity, and sessions of roles. */
import { denialText, evaluationRequest, principalPolicies } from '../auth/authorize.ts';
import type { Context } from '../auth/authorize.ts';
import { evaluate, MalformedPolicy, parsePolicyDocument } from '../policy/evaluate.ts';
import { compilePolicy } from '../policy/statement.ts';
import { seen } from '../state/account.ts';
import { stableId } from '../state/principals.ts';
import { accountOf, isEnabled, managedPolicy, roleArn } from '../state/state.ts';
import type { AccountState } from '../state/account.ts';
import type { PolicyDocument, Role } from '../world.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { integer, list, structure, text, validationText } from '../protocols/shape.ts';
import { operation } from './service.ts';
import type { Call, Service } from './service.ts';

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

const getCallerIdentity = operation({
  members: {},
  isOpen: true,
  handle: ({ principal }) => ({
    Arn: principal.arn,
    UserId: principal.userId,
    Account: principal.account,
  }),
});

const tagKey = text({
  required: true,
  min: 1,
  max: 128,
  pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
});
const tagValue = text({
  required: true,
  min: 0,
  max: 256,
  pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
});
const sessionName = '[\\w+=,.@-]*';

const assumeRole = operation({
  members: {
    RoleArn: text({ required: true, min: 20, max: 2048 }),
    RoleSessionName: text({ required: true, min: 2, max: 64, pattern: sessionName }),
    PolicyArns: list(structure({ arn: text({ min: 20, max: 2048 }) }), { max: 10 }),
    Policy: text({ min: 1, max: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' }),
    DurationSeconds: integer({ min: 900, max: 43200 }),
    Tags: list(structure({ Key: tagKey, Value: tagValue }), { max: 50 }),
    TransitiveTagKeys: list(text({ min: 1, max: 128 }), { max: 50 }),
    ExternalId: text({ min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' }),
    SerialNumber: text({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' }),
    TokenCode: text({ min: 6, max: 6, pattern: '[\\d]*' }),
    SourceIdentity: text({ min: 2, max: 64, pattern: sessionName }),
  },
  isOpen: true,
  targetAccount: ({ RoleArn: arn }) =>
    typeof arn === 'string' ? /^arn:[^:]*:iam::(\d{12}):/.exec(arn)?.[1] : undefined,
  handle(call, input) {
    const { state, principal, now } = call;
    const { account, role } = target(call, input.RoleArn);
    requireStsRegion(call, account);
    if (principal.kind === 'root')
      throw call.accessDenied('Roles may not be assumed by root accounts.');

    const chained = principal.kind === 'assumed-role';
    const seconds = input.DurationSeconds ?? 3600;
    if (chained && seconds > 3600) {
      throw invalid(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    if (input.SerialNumber !== undefined && input.TokenCode === '000000') {
      throw call.accessDenied(
        'MultiFactorAuthentication failed with invalid MFA one time pass code.',
      );
    }
    const sessionPolicies = sessionPoliciesOf(
      call,
      account,
      input.Policy,
      input.PolicyArns?.map(({ arn }) => arn ?? '') ?? [],
    );
    const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    const inherited = Object.fromEntries(
      Object.entries(principal.tags).filter(([key]) => principal.transitiveTags.includes(key)),
    );
    const sourceIdentity = principal.sourceIdentity ?? input.SourceIdentity ?? null;

    const size = packedSize(input.Policy ?? '', tags);
    if (size > 100) {
      throw new AwsError(
        'PackedPolicyTooLarge',
        `Packed size of session policy and tags consumes ${size}% of the allotted space.`,
      );
    }

    const context: Record<string, string | readonly string[]> = {
      'sts:RoleSessionName': input.RoleSessionName,
    };
    if (input.ExternalId !== undefined) context['sts:ExternalId'] = input.ExternalId;
    if (sourceIdentity !== null) context['sts:SourceIdentity'] = sourceIdentity;
    if (input.SerialNumber !== undefined && input.TokenCode !== undefined)
      context['aws:MultiFactorAuthPresent'] = 'true';
    for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
    if (input.Tags !== undefined && input.Tags.length > 0)
      context['aws:TagKeys'] = Object.keys(tags);
    if (role?.tags !== undefined)
      for (const [key, value] of Object.entries(role.tags))
        context[`aws:ResourceTag/${key}`] = value;

    const assumed = { arn: input.RoleArn, role, context };
    requireAllowed(call, 'sts:AssumeRole', assumed);
    if (input.Tags !== undefined && input.Tags.length > 0)
      requireAllowed(call, 'sts:TagSession', assumed);
    if (input.SourceIdentity !== undefined) requireAllowed(call, 'sts:SetSourceIdentity', assumed);
    if (role === undefined) throw new Error('A role that is missing was allowed.');
    if (
      principal.sourceIdentity !== null &&
      input.SourceIdentity !== undefined &&
      input.SourceIdentity !== principal.sourceIdentity
    ) {
      throw call.accessDenied('The source identity of a session cannot be changed.');
    }
    if (seconds > (role.maxSessionDuration ?? 3600)) {
      throw invalid(
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const expiresAt = now + (state.behavior.sessionSeconds ?? seconds) * 1000;
    const userId = `${stableId('AROA', `${account.id}/${role.name.toLowerCase()}`)}:${input.RoleSessionName}`;
    const credentials = state.principals.admit(
      {
        kind: 'assumed-role',
        account: account.id,
        arn: `arn:${state.partition}:sts::${account.id}:assumed-role/${role.name}/${input.RoleSessionName}`,
        userId,
        role: role.name,
        tags: { ...inherited, ...tags },
        transitiveTags: [...Object.keys(inherited), ...(input.TransitiveTagKeys ?? [])],
        sourceIdentity,
        sessionPolicies,
        user: null,
      },
      expiresAt,
    );
    return {
      AssumedRoleUser: { AssumedRoleId: userId, Arn: credentials.principal.arn },
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken ?? '',
        Expiration: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      },
      ...(sessionPolicies === null && Object.keys(tags).length === 0
        ? {}
        : { PackedPolicySize: size }),
      ...(sourceIdentity === null ? {} : { SourceIdentity: sourceIdentity }),
    };
  },
});

/**
 * The role as STS currently sees it. Undefined if it does not exist; callers cannot distinguish that from missing
 * trust.
 */
function target(
  call: Call,
  arn: string,
): { readonly account: AccountState; readonly role: Role | undefined } {
  const { state, now } = call;
  const match = /^arn:([^:]+):iam::(\d{12}):role\/(?:[\u0021-\u007e]+\/)?([\w+=,.@-]+)$/.exec(arn);
  if (match === null || match[1] !== state.partition) throw invalid(`${arn} is invalid`);
  const [, , id = '', name = ''] = match;
  const account = accountOf(state, id);
  const role = seen(account.roles, name.toLowerCase(), now, state.behavior.iamPropagationMs ?? 0);
  const open = (account.given?.state ?? 'ACTIVE') === 'ACTIVE';
  return {
    account,
    role: role !== undefined && open && roleArn(state, id, role) === arn ? role : undefined,
  };
}

/**
 * Throws unless STS is active in the region for the target account: the region is enabled, and STS is not
 * deactivated.
 */
function requireStsRegion(call: Call, account: AccountState): void {
  const deactivated = account.given?.stsDeactivated?.includes(call.region) === true;
  if (isEnabled(call.state, account, call.region) && !deactivated) return;
  throw new AwsError(
    'RegionDisabledException',
    `STS is not activated in this region for account:${account.id}. Your account administrator can activate STS in this region using the IAM Console.`,
    403,
  );
}

const parsed = new Map<string, PolicyDocument>();

function sessionPoliciesOf(
  call: Call,
  account: AccountState,
  inline: string | undefined,
  arns: readonly string[],
): readonly PolicyDocument[] | null {
  if (inline === undefined && arns.length === 0) return null;
  const documents = arns.map((arn) => {
    const document = managedPolicy(call.state, account, arn);
    if (document === undefined) throw invalid(`PolicyArns: ${arn} does not exist.`);
    return document;
  });
  if (inline === undefined) return documents;
  let document = parsed.get(inline);
  if (document === undefined) {
    try {
      document = parsePolicyDocument(inline);
      compilePolicy(document, 'permissions');
    } catch (error) {
      if (error instanceof MalformedPolicy)
        throw new AwsError('MalformedPolicyDocument', error.message);
      throw error;
    }
    if (parsed.size > 20_000) parsed.clear();
    parsed.set(inline, document);
  }
  return [...documents, document];
}

/** The role to assume, as named and as found, with the request's condition keys. */
interface Assumed {
  readonly arn: string;
  readonly role: Role | undefined;
  readonly context: Context;
}

/** Throws unless both the caller's policies and the role's trust policy allow the action. */
function requireAllowed(call: Call, action: string, { arn, role, context }: Assumed): void {
  const refusal = `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${arn}`;
  const policies = principalPolicies(call.state, call.principal);
  if (role === undefined) {
    // Callers without permission get the reason. Others do not learn whether the role exists.
    call.authorize(action, arn, context);
    throw call.accessDenied(refusal);
  }
  const decision = evaluate(evaluationRequest(call, action, arn, context), {
    ...policies,
    resource: role.trust,
  });
  if (decision.allowed) return;
  throw call.accessDenied(
    decision.by === 'resource' ? refusal : denialText(call, action, arn, decision),
  );
}

/**
 * The size of policy and tags in percent of AWS's limit. AWS does not publish its packing; this assumes half a byte
 * per character.
 */
const packedSize = (policy: string, tags: Readonly<Record<string, string>>): number =>
  Math.ceil(
    (100 *
      (policy.length +
        Object.entries(tags).reduce((sum, [key, value]) => sum + key.length + value.length, 0))) /
      4096,
  );

export const sts: Service = {
  name: 'sts',
  protocol: 'query',
  prefix: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
  rates: { AssumeRole: [600, 600], GetCallerIdentity: [600, 600] },
  ratesPerRegion: true,
  invalid: (found) => invalid(validationText(found)),
  throttled: () => new AwsError('Throttling', 'Rate exceeded'),
  internal: () => new AwsError('InternalFailure', 'An internal error has occurred.', 500),
  regional: true,
};
