/** The command of each call to Organizations. */
import type {
  DescribeAccountCommandInput,
  DescribeOrganizationalUnitCommandInput,
  DescribePolicyCommandInput,
  ListAccountsCommandInput,
  ListAccountsForParentCommandInput,
  ListOrganizationalUnitsForParentCommandInput,
  ListParentsCommandInput,
  ListPoliciesCommandInput,
  ListPoliciesForTargetCommandInput,
  ListRootsCommandInput,
  ListTagsForResourceCommandInput,
  ListTargetsForPolicyCommandInput,
} from '@aws-sdk/client-organizations';
import { rowsOf, type CallShapes, type CommandRow } from '../http/command-row.ts';
import type { Identity, SdkClients } from '../http/sdk-clients.ts';
import type { OperationName } from '../permissions/operations.ts';
import { organizationsModule } from '../sdk/index.ts';

const row = rowsOf('organizations', organizationsModule);

const rows = {
  ListAccounts: row((client, sdk, input: ListAccountsCommandInput) =>
    client.send(new sdk.ListAccountsCommand(input)),
  ),
  DescribeAccount: row((client, sdk, input: DescribeAccountCommandInput) =>
    client.send(new sdk.DescribeAccountCommand(input)),
  ),
  ListRoots: row((client, sdk, input: ListRootsCommandInput) =>
    client.send(new sdk.ListRootsCommand(input)),
  ),
  ListParents: row((client, sdk, input: ListParentsCommandInput) =>
    client.send(new sdk.ListParentsCommand(input)),
  ),
  ListAccountsForParent: row((client, sdk, input: ListAccountsForParentCommandInput) =>
    client.send(new sdk.ListAccountsForParentCommand(input)),
  ),
  ListOrganizationalUnitsForParent: row(
    (client, sdk, input: ListOrganizationalUnitsForParentCommandInput) =>
      client.send(new sdk.ListOrganizationalUnitsForParentCommand(input)),
  ),
  DescribeOrganizationalUnit: row((client, sdk, input: DescribeOrganizationalUnitCommandInput) =>
    client.send(new sdk.DescribeOrganizationalUnitCommand(input)),
  ),
  ListTagsForResource: row((client, sdk, input: ListTagsForResourceCommandInput) =>
    client.send(new sdk.ListTagsForResourceCommand(input)),
  ),
  ListPolicies: row((client, sdk, input: ListPoliciesCommandInput) =>
    client.send(new sdk.ListPoliciesCommand(input)),
  ),
  ListTargetsForPolicy: row((client, sdk, input: ListTargetsForPolicyCommandInput) =>
    client.send(new sdk.ListTargetsForPolicyCommand(input)),
  ),
  ListPoliciesForTarget: row((client, sdk, input: ListPoliciesForTargetCommandInput) =>
    client.send(new sdk.ListPoliciesForTargetCommand(input)),
  ),
  DescribePolicy: row((client, sdk, input: DescribePolicyCommandInput) =>
    client.send(new sdk.DescribePolicyCommand(input)),
  ),
} as const satisfies Partial<Record<OperationName, unknown>>;

type Shapes = CallShapes<typeof rows>;

export type OrganizationCall = keyof Shapes;
export type InputOf<Name extends OrganizationCall> = Shapes[Name]['input'];
export type OutputOf<Name extends OrganizationCall> = Shapes[Name]['output'];

/** The commands, by the name of the call. */
const commands: {
  readonly [Name in OrganizationCall]: CommandRow<InputOf<Name>, OutputOf<Name>>;
} = rows;

/** The caller and its home region. */
export interface OrganizationCaller {
  readonly wire: Pick<SdkClients, 'call' | 'client'>;
  readonly identity: Identity;
  readonly account: string;
  readonly homeRegion: string;
}

/** Sends one call of the table. Throws the SDK's errors. */
export const organizationCalls =
  ({ wire, identity, account, homeRegion: region }: OrganizationCaller) =>
  async <Name extends OrganizationCall>(
    operation: Name,
    input: InputOf<Name>,
  ): Promise<OutputOf<Name>> => {
    const sendOne = await commands[operation](wire, region);
    const context = {
      service: 'organizations' as const,
      operation,
      region,
      account,
      identity,
      writes: false,
    };
    return wire.call(context, input, sendOne);
  };
