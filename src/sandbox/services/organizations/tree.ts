/** The organization's tree: the organization, its root, units and accounts, and their tags. */
import { text } from '../../protocols/shape.ts';
import type { Call, Operation } from '../service.ts';
import {
  arnOf,
  describedAccount,
  describedUnit,
  fail,
  inOrganization,
  nextToken,
  paging,
  rootOrUnit,
  unitOrAccount,
} from './shared.ts';

const describeOrganization = inOrganization({
  members: {},
  anyMember: true,
  handle(call) {
    const { organization } = call.state;
    const { managementAccount: id } = organization;
    return {
      Organization: {
        Id: organization.id,
        Arn: organization.arn('organization'),
        FeatureSet: 'ALL',
        MasterAccountArn: arnOf(call, id),
        MasterAccountId: id,
        MasterAccountEmail: organization.accounts.get(id)?.email ?? `${id}@example.com`,
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    };
  },
});

const listAccounts = inOrganization({
  members: paging,
  handle: (call, input) =>
    call.page(
      {
        member: 'Accounts',
        all: call.state.world.accounts,
        describe: (account) => describedAccount(call, account),
      },
      input,
    ),
});

const listRoots = inOrganization({
  members: paging,
  handle(call, input) {
    const { rootId } = call.state.organization;
    const root = {
      Id: rootId,
      Arn: arnOf(call, rootId),
      Name: 'Root',
      PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    };
    return call.page({ member: 'Roots', all: [root] }, input);
  },
});

/** Throws ParentNotFoundException if the root or unit does not exist. */
function requireParent(call: Call, id: string): void {
  const { organization } = call.state;
  if (id !== organization.rootId && !organization.units.has(id)) {
    throw fail('ParentNotFoundException', "You specified a parent that doesn't exist.");
  }
}

const parentId = text({ required: true, max: 100, pattern: rootOrUnit });
const ofParent = (call: Call, input: { readonly ParentId: string }): string =>
  arnOf(call, input.ParentId);

const listChildren = inOrganization({
  members: {
    ParentId: parentId,
    ChildType: text({ required: true, oneOf: ['ACCOUNT', 'ORGANIZATIONAL_UNIT'] }),
    ...paging,
  },
  resource: ofParent,
  handle(call, input) {
    const { ParentId: parent, ChildType: type } = input;
    requireParent(call, parent);
    const { organization } = call.state;
    const children: readonly { readonly id: string }[] =
      type === 'ACCOUNT' ? organization.childAccounts(parent) : organization.childUnits(parent);
    return call.page(
      {
        member: 'Children',
        all: children,
        describe: ({ id }) => ({ Id: id, Type: type }),
        of: `${parent} ${type}`,
      },
      input,
    );
  },
});

const listParents = inOrganization({
  members: { ChildId: text({ required: true, max: 100, pattern: unitOrAccount }), ...paging },
  resource: (call, input) => arnOf(call, input.ChildId),
  handle(call, input) {
    const { organization } = call.state;
    const id = input.ChildId;
    const parent = (organization.units.get(id) ?? organization.accounts.get(id))?.parent;
    if (parent === undefined)
      throw fail(
        'ChildNotFoundException',
        "You specified an organizational unit or account that doesn't exist.",
      );
    const type = parent === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
    return call.page({ member: 'Parents', all: [{ Id: parent, Type: type }] }, input);
  },
});

const listAccountsForParent = inOrganization({
  members: { ParentId: parentId, ...paging },
  resource: ofParent,
  handle(call, input) {
    requireParent(call, input.ParentId);
    return call.page(
      {
        member: 'Accounts',
        all: call.state.organization.childAccounts(input.ParentId),
        describe: (account) => describedAccount(call, account),
        of: input.ParentId,
      },
      input,
    );
  },
});

const listOrganizationalUnitsForParent = inOrganization({
  members: { ParentId: parentId, ...paging },
  resource: ofParent,
  handle(call, input) {
    requireParent(call, input.ParentId);
    return call.page(
      {
        member: 'OrganizationalUnits',
        all: call.state.organization.childUnits(input.ParentId),
        describe: (unit) => describedUnit(call, unit),
        of: input.ParentId,
      },
      input,
    );
  },
});

const describeOrganizationalUnit = inOrganization({
  members: {
    OrganizationalUnitId: text({
      required: true,
      max: 68,
      pattern: 'ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}',
    }),
  },
  resource: (call, input) => arnOf(call, input.OrganizationalUnitId),
  handle(call, input) {
    const unit = call.state.organization.units.get(input.OrganizationalUnitId);
    if (unit === undefined)
      throw fail(
        'OrganizationalUnitNotFoundException',
        "You specified an organizational unit that doesn't exist.",
      );
    return { OrganizationalUnit: describedUnit(call, unit) };
  },
});

const describeAccount = inOrganization({
  members: { AccountId: text({ required: true, max: 12, pattern: '\\d{12}' }) },
  resource: (call, input) => arnOf(call, input.AccountId),
  handle(call, input) {
    const account = call.state.organization.accounts.get(input.AccountId);
    if (account === undefined)
      throw fail('AccountNotFoundException', "You specified an account that doesn't exist.");
    return { Account: describedAccount(call, account) };
  },
});

const listTagsForResource = inOrganization({
  members: {
    ResourceId: text({
      required: true,
      max: 130,
      pattern: `(r-[0-9a-z]{4,32})|${unitOrAccount}|(p-[0-9a-zA-Z_]{8,128})`,
    }),
    NextToken: nextToken,
  },
  resource: (call, input) => arnOf(call, input.ResourceId),
  handle(call, input) {
    const { organization } = call.state;
    const id = input.ResourceId;
    const account = organization.accounts.get(id);
    if (account === undefined && id !== organization.rootId && !organization.units.has(id)) {
      throw fail('TargetNotFoundException', "You specified a target that doesn't exist.");
    }
    const all = Object.entries(account?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    return call.page({ member: 'Tags', all, of: id }, input);
  },
});

const listDelegatedAdministrators = inOrganization({
  members: {
    ServicePrincipal: text({ min: 1, max: 128, pattern: '[\\w+=,.@-]*' }),
    ...paging,
  },
  handle(call, input) {
    const { organization } = call.state;
    const all = [...organization.delegatedAdministrators].flatMap((id) => {
      const account = organization.accounts.get(id);
      if (account === undefined) return [];
      const since = Date.parse('2025-05-05T05:05:05Z') / 1000;
      return [
        { ...describedAccount(call, account), Paths: undefined, DelegationEnabledDate: since },
      ];
    });
    return call.page({ member: 'DelegatedAdministrators', all }, input);
  },
});

export const treeOperations: Readonly<Record<string, Operation>> = {
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
};
