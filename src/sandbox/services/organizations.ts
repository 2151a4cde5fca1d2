/** AWS Organizations: the tree of units and accounts, tags, and service control policies. */
import { authorize } from '../auth/authorize.ts';
import type { Scp } from '../state/organization.ts';
import type { Account, Unit } from '../world.ts';
import { dialects } from '../protocols/dialect.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { integer, text } from '../protocols/shape.ts';
import type { ViolationKind } from '../protocols/shape.ts';
import { page } from './page.ts';
import { operation } from './service.ts';
import type { Call, Output, Service } from './service.ts';

/** The reasons of InvalidInputException, with the API reference's texts. */
const reasons: Readonly<Record<ViolationKind, readonly [reason: string, message: string]>> = {
  missing: ['INPUT_REQUIRED', 'You must include a value for all required parameters.'],
  'min-length': [
    'MIN_LENGTH_EXCEEDED',
    'You provided a string parameter that is shorter than allowed.',
  ],
  'max-length': [
    'MAX_LENGTH_EXCEEDED',
    'You provided a string parameter that is longer than allowed.',
  ],
  'min-value': [
    'MIN_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a smaller value than allowed.',
  ],
  'max-value': [
    'MAX_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a larger value than allowed.',
  ],
  pattern: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
  enum: ['INVALID_ENUM', 'You specified an invalid value.'],
  type: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
  unknown: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
};

const fail = (
  code: string,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): AwsError => new AwsError(code, message, 400, members);

/** The caller must be in the organization; for all but DescribeOrganization in its management account, or a delegated administrator of it. */
function enter(call: Call, action: string, resource: string, anyMember = false): void {
  const { organization } = call.state;
  const { account } = call.principal;
  authorize(call, dialects.json, `organizations:${action}`, resource);
  if (!organization.accounts.has(account)) {
    throw fail(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  }
  if (
    anyMember ||
    account === organization.managementAccount ||
    organization.delegatedAdministrators.has(account)
  )
    return;
  throw fail('AccessDeniedException', "You don't have permissions to access this resource.");
}

const rootOrUnit = '(r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})';
const unitOrAccount = '(\\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})';
const paging = {
  NextToken: text({ max: 100000 }),
  MaxResults: integer({ min: 1, max: 20 }),
} as const;
const filter = text({
  required: true,
  oneOf: [
    'SERVICE_CONTROL_POLICY',
    'RESOURCE_CONTROL_POLICY',
    'TAG_POLICY',
    'BACKUP_POLICY',
    'AISERVICES_OPT_OUT_POLICY',
  ],
});

function listed(
  call: Call,
  name: string,
  member: string,
  all: readonly Output[],
  input: { readonly NextToken?: string; readonly MaxResults?: number },
): Output {
  const { pageSize = 20, emptyPages = false } = call.state.temper;
  const size = Math.min(input.MaxResults ?? 20, pageSize);
  const found = page(all, {
    operation: name,
    token: input.NextToken,
    size,
    emptyFirst: emptyPages,
  });
  if (found === null) {
    throw fail(
      'InvalidInputException',
      'Get the value for the NextToken parameter from the response to a previous call of the operation.',
      {
        Reason: 'INVALID_PAGINATION_TOKEN',
      },
    );
  }
  return { [member]: found.items, NextToken: found.next };
}

const accountArn = (call: Call, id: string): string => call.state.organization.arn('account', id);
const unitArn = (call: Call, id: string): string => call.state.organization.arn('ou', id);
const rootArn = (call: Call, id: string): string => call.state.organization.arn('root', id);

/** Status is what State was before there was State. */
const statusOf = (state: string): string =>
  state === 'PENDING_ACTIVATION' ? 'ACTIVE' : state === 'CLOSED' ? 'SUSPENDED' : state;

function describedAccount(call: Call, account: Account): Output {
  const { organization, world } = call.state;
  const { paths = true, state = true, status = true } = world.organization.gives ?? {};
  const is = account.state ?? 'ACTIVE';
  return {
    Id: account.id,
    Arn: accountArn(call, account.id),
    Email: account.email ?? `${account.id}@example.com`,
    Name: account.name,
    ...(status ? { Status: statusOf(is) } : {}),
    ...(state ? { State: is } : {}),
    ...(paths ? { Paths: [`${organization.pathOf(account.parent)}${account.id}/`] } : {}),
    JoinedMethod: account.joinedMethod ?? 'CREATED',
    JoinedTimestamp: Date.parse(account.joinedAt ?? '2023-03-21T08:00:00Z') / 1000,
  };
}

const describedUnit = (call: Call, unit: Unit): Output => ({
  Id: unit.id,
  Arn: unitArn(call, unit.id),
  Name: unit.name,
  ...(call.state.world.organization.gives?.paths === false
    ? {}
    : { Path: call.state.organization.pathOf(unit.id) }),
});

const describeOrganization = operation({}, (call) => {
  enter(call, 'DescribeOrganization', '*', true);
  const { organization } = call.state;
  const management = organization.accounts.get(organization.managementAccount);
  return {
    Organization: {
      Id: organization.id,
      Arn: organization.arn('organization'),
      FeatureSet: 'ALL',
      MasterAccountArn: accountArn(call, organization.managementAccount),
      MasterAccountId: organization.managementAccount,
      MasterAccountEmail: management?.email ?? `${organization.managementAccount}@example.com`,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    },
  };
});

const listAccounts = operation(paging, (call, input) => {
  enter(call, 'ListAccounts', '*');
  const { accounts } = call.state.world;
  const { pageSize = 20, emptyPages = false } = call.state.temper;
  // Only what is on the page is described: an organization may have 100,000 accounts.
  const size = Math.min(input.MaxResults ?? 20, pageSize);
  const found = page(accounts, {
    operation: 'ListAccounts',
    token: input.NextToken,
    size,
    emptyFirst: emptyPages,
  });
  if (found === null) return listed(call, 'ListAccounts', 'Accounts', [], input);
  return {
    Accounts: found.items.map((account) => describedAccount(call, account)),
    NextToken: found.next,
  };
});

const listRoots = operation(paging, (call, input) => {
  enter(call, 'ListRoots', '*');
  const { rootId } = call.state.organization;
  const root = {
    Id: rootId,
    Arn: rootArn(call, rootId),
    Name: 'Root',
    PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  };
  return listed(call, 'ListRoots', 'Roots', [root], input);
});

/** The root or unit of an id; throws ParentNotFoundException. */
function requireParent(call: Call, action: string, id: string): void {
  const { organization } = call.state;
  enter(call, action, id.startsWith('r-') ? rootArn(call, id) : unitArn(call, id));
  if (id !== organization.rootId && !organization.units.has(id)) {
    throw fail('ParentNotFoundException', "You specified a parent that doesn't exist.");
  }
}

const parentId = text({ required: true, max: 100, pattern: rootOrUnit });

const listChildren = operation(
  {
    ParentId: parentId,
    ChildType: text({ required: true, oneOf: ['ACCOUNT', 'ORGANIZATIONAL_UNIT'] }),
    ...paging,
  },
  (call, input) => {
    requireParent(call, 'ListChildren', input.ParentId);
    const { organization } = call.state;
    const children =
      input.ChildType === 'ACCOUNT'
        ? organization.childAccounts(input.ParentId)
        : organization.childUnits(input.ParentId);
    const all = children.map(({ id }) => ({ Id: id, Type: input.ChildType }));
    return listed(
      call,
      `ListChildren ${input.ParentId} ${input.ChildType}`,
      'Children',
      all,
      input,
    );
  },
);

const listParents = operation(
  { ChildId: text({ required: true, max: 100, pattern: unitOrAccount }), ...paging },
  (call, input) => {
    const { organization } = call.state;
    const id = input.ChildId;
    enter(call, 'ListParents', id.startsWith('ou-') ? unitArn(call, id) : accountArn(call, id));
    const parent = (organization.units.get(id) ?? organization.accounts.get(id))?.parent;
    if (parent === undefined)
      throw fail(
        'ChildNotFoundException',
        "You specified an organizational unit or account that doesn't exist.",
      );
    const found = {
      Id: parent,
      Type: parent === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
    };
    return listed(call, 'ListParents', 'Parents', [found], input);
  },
);

const listAccountsForParent = operation({ ParentId: parentId, ...paging }, (call, input) => {
  requireParent(call, 'ListAccountsForParent', input.ParentId);
  const all = call.state.organization
    .childAccounts(input.ParentId)
    .map((account) => describedAccount(call, account));
  return listed(call, `ListAccountsForParent ${input.ParentId}`, 'Accounts', all, input);
});

const listOrganizationalUnitsForParent = operation(
  { ParentId: parentId, ...paging },
  (call, input) => {
    requireParent(call, 'ListOrganizationalUnitsForParent', input.ParentId);
    const all = call.state.organization
      .childUnits(input.ParentId)
      .map((unit) => describedUnit(call, unit));
    return listed(
      call,
      `ListOrganizationalUnitsForParent ${input.ParentId}`,
      'OrganizationalUnits',
      all,
      input,
    );
  },
);

const describeOrganizationalUnit = operation(
  {
    OrganizationalUnitId: text({
      required: true,
      max: 68,
      pattern: 'ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}',
    }),
  },
  (call, input) => {
    enter(call, 'DescribeOrganizationalUnit', unitArn(call, input.OrganizationalUnitId));
    const unit = call.state.organization.units.get(input.OrganizationalUnitId);
    if (unit === undefined)
      throw fail(
        'OrganizationalUnitNotFoundException',
        "You specified an organizational unit that doesn't exist.",
      );
    return { OrganizationalUnit: describedUnit(call, unit) };
  },
);

const describeAccount = operation(
  { AccountId: text({ required: true, max: 12, pattern: '\\d{12}' }) },
  (call, input) => {
    enter(call, 'DescribeAccount', accountArn(call, input.AccountId));
    const account = call.state.organization.accounts.get(input.AccountId);
    if (account === undefined)
      throw fail('AccountNotFoundException', "You specified an account that doesn't exist.");
    return { Account: describedAccount(call, account) };
  },
);

const listTagsForResource = operation(
  {
    ResourceId: text({
      required: true,
      max: 130,
      pattern: `(r-[0-9a-z]{4,32})|${unitOrAccount}|(p-[0-9a-zA-Z_]{8,128})`,
    }),
    NextToken: text({ max: 100000 }),
  },
  (call, input) => {
    const { organization } = call.state;
    const id = input.ResourceId;
    const arn = id.startsWith('r-')
      ? rootArn(call, id)
      : id.startsWith('ou-')
        ? unitArn(call, id)
        : accountArn(call, id);
    enter(call, 'ListTagsForResource', arn);
    const account = organization.accounts.get(id);
    if (account === undefined && id !== organization.rootId && !organization.units.has(id)) {
      throw fail('TargetNotFoundException', "You specified a target that doesn't exist.");
    }
    const all = Object.entries(account?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    return listed(call, `ListTagsForResource ${id}`, 'Tags', all, input);
  },
);

const listDelegatedAdministrators = operation(
  { ServicePrincipal: text({ min: 1, max: 128, pattern: '[\\w+=,.@-]*' }), ...paging },
  (call, input) => {
    enter(call, 'ListDelegatedAdministrators', '*');
    const { organization } = call.state;
    const all = [...organization.delegatedAdministrators].flatMap((id) => {
      const account = organization.accounts.get(id);
      if (account === undefined) return [];
      return [
        {
          ...describedAccount(call, account),
          Paths: undefined,
          DelegationEnabledDate: Date.parse('2025-05-05T05:05:05Z') / 1000,
        },
      ];
    });
    return listed(call, 'ListDelegatedAdministrators', 'DelegatedAdministrators', all, input);
  },
);

const describedScp = (scp: Scp): Output => ({
  Id: scp.id,
  Arn: scp.arn,
  Name: scp.name,
  Description: scp.awsManaged ? 'Allows access to every operation' : '',
  Type: 'SERVICE_CONTROL_POLICY',
  AwsManaged: scp.awsManaged,
});

const listPolicies = operation({ Filter: filter, ...paging }, (call, input) => {
  enter(call, 'ListPolicies', '*');
  const all =
    input.Filter === 'SERVICE_CONTROL_POLICY'
      ? [...call.state.organization.scps.values()].map(describedScp)
      : [];
  return listed(call, 'ListPolicies', 'Policies', all, input);
});

const listPoliciesForTarget = operation(
  {
    TargetId: text({ required: true, max: 100, pattern: `(r-[0-9a-z]{4,32})|${unitOrAccount}` }),
    Filter: filter,
    ...paging,
  },
  (call, input) => {
    const { organization } = call.state;
    const id = input.TargetId;
    enter(
      call,
      'ListPoliciesForTarget',
      id.startsWith('r-')
        ? rootArn(call, id)
        : id.startsWith('ou-')
          ? unitArn(call, id)
          : accountArn(call, id),
    );
    if (
      id !== organization.rootId &&
      !organization.units.has(id) &&
      !organization.accounts.has(id)
    ) {
      throw fail('TargetNotFoundException', "You specified a target that doesn't exist.");
    }
    const all =
      input.Filter === 'SERVICE_CONTROL_POLICY' ? organization.scpsOf(id).map(describedScp) : [];
    return listed(call, `ListPoliciesForTarget ${id}`, 'Policies', all, input);
  },
);

const describePolicy = operation(
  { PolicyId: text({ required: true, max: 130, pattern: 'p-[0-9a-zA-Z_]{8,128}' }) },
  (call, input) => {
    const scp = [...call.state.organization.scps.values()].find(({ id }) => id === input.PolicyId);
    enter(
      call,
      'DescribePolicy',
      scp?.arn ?? call.state.organization.arn('policy', `service_control_policy/${input.PolicyId}`),
    );
    if (scp === undefined)
      throw fail('PolicyNotFoundException', "You specified a policy that doesn't exist.");
    return { Policy: { PolicySummary: describedScp(scp), Content: JSON.stringify(scp.document) } };
  },
);

export const organizations: Service = {
  name: 'organizations',
  protocol: 'json',
  prefix: 'AWSOrganizationsV20161128',
  operations: {
    DescribeOrganization: describeOrganization,
    ListAccounts: listAccounts,
    ListRoots: listRoots,
    ListChildren: listChildren,
    ListParents: listParents,
    ListAccountsForParent: listAccountsForParent,
    ListOrganizationalUnitsForParent: listOrganizationalUnitsForParent,
    DescribeOrganizationalUnit: describeOrganizationalUnit,
    DescribeAccount: describeAccount,
    ListTagsForResource: listTagsForResource,
    ListDelegatedAdministrators: listDelegatedAdministrators,
    ListPolicies: listPolicies,
    ListPoliciesForTarget: listPoliciesForTarget,
    DescribePolicy: describePolicy,
  },
  invalid: (found) => {
    const [reason, message] = reasons[found[0]?.kind ?? 'pattern'];
    return fail('InvalidInputException', message, { Reason: reason });
  },
  throttled: () =>
    fail(
      'TooManyRequestsException',
      'You have sent too many requests in too short a period of time. The quota helps protect against denial-of-service attacks. Try again later.',
    ),
  internal: () =>
    new AwsError(
      'ServiceException',
      "Organizations can't complete your request because of an internal service error. Try again later.",
      500,
    ),
  regional: false,
};
