/** The default world of `dhmc sandbox`: a company's organization with typical imperfections. */
import { partitionFacts } from '../partitions.ts';
import { worldFormat } from '../world.ts';
import type { Account, Setting, Unit, World } from '../world.ts';
import { withInstances } from './default-fleet.ts';
import {
  accessRole,
  denyDhmcChanges,
  dhmcRole,
  dhmcRoleAtRoot,
  dhmcRoleName,
  dhmcRoleWithoutPolicy,
  dhmcRoleWithWrongTrust,
  dhmcValue,
  quickSetupRole,
  readOnlyBoundary,
  regionDeny,
  settingIn,
  teamRole,
  withoutNodes,
} from './fixtures.ts';

const management = '210987650001';
const root = 'r-a7k2';
const everyRegion = partitionFacts('aws').default;

const access = accessRole(management);
const controlTower = accessRole(management, 'AWSControlTowerExecution');

/** Organizational units by path. The number becomes the last part of the id. */
const unitNumbers = {
  Security: 1,
  Infrastructure: 2,
  'Infrastructure/Network': 3,
  'Infrastructure/Images': 4,
  Workloads: 5,
  'Workloads/Prod': 6,
  'Workloads/Prod/Payments': 7,
  'Workloads/Prod/Payments/PCI': 8,
  'Workloads/Prod/Data': 9,
  'Workloads/NonProd': 10,
  'Workloads/NonProd/Dev': 11,
  'Workloads/NonProd/Test': 12,
  Legacy: 13,
  Regulated: 14,
  'Regulated/Health': 15,
  'Core Banking': 16,
  Acquired: 17,
  Sandboxes: 18,
  Suspended: 19,
} as const;
type UnitPath = keyof typeof unitNumbers;

const unitId = (path: UnitPath): string =>
  `ou-a7k2-${String(unitNumbers[path]).padStart(4, '0')}dhmc`;

const unitScps: Partial<Record<UnitPath, readonly string[]>> = {
  Regulated: ['FullAWSAccess', 'ControlTowerRegionDeny'],
  'Core Banking': ['FullAWSAccess', 'DenyDhmcChanges'],
};

const units: readonly Unit[] = (Object.keys(unitNumbers) as UnitPath[]).map((path) => {
  const cut = path.lastIndexOf('/');
  const scps = unitScps[path];
  return {
    id: unitId(path),
    name: path.slice(cut + 1),
    parent: cut < 0 ? root : unitId(path.slice(0, cut) as UnitPath),
    ...(scps === undefined ? {} : { scps }),
  };
});

const sso = (id: string, who: string): string =>
  `arn:aws:sts::${id}:assumed-role/AWSReservedSSO_AdministratorAccess_4f1d2c3b5a697887/${who}@acme.example`;

/** A writer of settings that is not a person, as the ARN of its session. */
const session = (id: string, role: string, name: string): string =>
  `arn:aws:sts::${id}:assumed-role/${role}/${name}`;

const set = (value: string, modifiedBy: string, modifiedAt: string): Setting => ({
  value,
  modifiedBy,
  modifiedAt,
});

/** An account. The number is the end of its id. */
function account(
  number: number,
  name: string,
  unit: UnitPath,
  more: Partial<Account> = {},
): Account {
  const id = idOf(number);
  const team = name.split(/[^A-Za-z]+/)[0]?.toLowerCase() ?? '';
  return {
    id,
    name,
    email: `aws+${number}@acme.example`,
    joinedAt: '2023-02-14T09:30:00.000Z',
    parent: unitId(unit),
    tags: {
      environment: unit.includes('NonProd') || unit === 'Sandboxes' ? 'nonprod' : 'prod',
      team: team === '' ? 'unknown' : team,
    },
    roles: [access],
    ...more,
  };
}

const idOf = (number: number): string => `21098765${String(number).padStart(4, '0')}`;

const rightEverywhere = (number: number): Partial<Account> => ({
  roles: [access, controlTower, dhmcRole],
  settings: settingIn(
    everyRegion,
    set(dhmcValue, sso(idOf(number), 'jane.doe'), '2024-05-21T12:06:40.250Z'),
  ),
});

/** The setting, in the company's three busiest regions. */
const busy = (setting: Setting): Pick<Account, 'settings'> => ({
  settings: settingIn(['eu-central-1', 'eu-west-1', 'us-east-1'], setting),
});

/** Plain accounts: nothing enabled and no obstacles. Two have opted in to more regions. */
const plain: readonly Account[] = [
  account(201, 'Shop Web', 'Workloads/Prod', {
    regions: { 'eu-south-1': 'ENABLED', 'me-central-1': 'ENABLED' },
  }),
  account(202, 'Shop API', 'Workloads/Prod'),
  account(203, 'Search', 'Workloads/Prod'),
  account(204, 'Payments Gateway', 'Workloads/Prod/Payments'),
  account(205, 'Payments Ledger', 'Workloads/Prod/Payments'),
  account(206, 'Card Vault', 'Workloads/Prod/Payments/PCI', {
    tags: { environment: 'prod', team: 'payments', compliance: 'pci-dss' },
  }),
  account(207, 'Tokenization', 'Workloads/Prod/Payments/PCI', {
    tags: { environment: 'prod', team: 'payments', compliance: 'pci-dss' },
  }),
  account(208, 'Data Lake', 'Workloads/Prod/Data', { regions: { 'eu-central-2': 'ENABLED' } }),
  account(209, 'Data Warehouse', 'Workloads/Prod/Data'),
  account(210, 'ML Platform', 'Workloads/Prod/Data'),
  account(301, 'Shop Dev', 'Workloads/NonProd/Dev'),
  account(302, 'Payments Dev', 'Workloads/NonProd/Dev'),
  account(303, 'Data Dev', 'Workloads/NonProd/Dev'),
  account(304, 'Crème Brûlée Dev', 'Workloads/NonProd/Dev'),
  account(305, 'Payments Test', 'Workloads/NonProd/Test'),
  account(306, 'Load, Stress & Soak', 'Workloads/NonProd/Test'),
  account(701, 'Sandbox Alice', 'Sandboxes', { regions: { 'af-south-1': 'ENABLING' } }),
  account(702, 'Sandbox Bob', 'Sandboxes', { regions: { 'ap-east-1': 'DISABLING' } }),
  account(703, 'サンドボックス 東京', 'Sandboxes'),
];

const core: readonly Account[] = [
  {
    ...account(1, 'Acme Management', 'Security'),
    parent: root,
    roles: [],
    tags: { environment: 'prod', team: 'platform' },
  },
  account(101, 'Log Archive', 'Security', rightEverywhere(101)),
  account(102, 'Security Tooling', 'Security', { roles: [access, controlTower] }),
  account(103, 'Shared Services', 'Infrastructure', {
    ...rightEverywhere(103),
    settings: {
      ...rightEverywhere(103).settings,
      'us-west-2': {
        value: dhmcValue,
        modifiedBy: sso(idOf(103), 'jane.doe'),
        modifiedAt: null,
        modifiedMinutesAgo: 4,
      },
    },
  }),
  account(104, 'Backup Vault', 'Infrastructure'),
  account(105, 'Network Hub', 'Infrastructure/Network', { roles: [access, controlTower] }),
  account(106, 'DNS', 'Infrastructure/Network', {
    roles: [{ ...access, boundary: `arn:aws:iam::${idOf(106)}:policy/${withoutNodes.name}` }],
    policies: [withoutNodes],
  }),
  account(107, 'Golden Images', 'Infrastructure/Images', {
    roles: [access, teamRole],
    ...busy(
      set(
        `platform/${teamRole.name}`,
        session(idOf(107), 'stacksets-exec-7c1f0b52a94e4d6d8d2f3b6a5e1c9047', 'AWSCloudFormation'),
        '2023-11-30T15:52:07.000Z',
      ),
    ),
  }),
];

const odd: readonly Account[] = [
  account(307, 'Shop Test', 'Workloads/NonProd/Test', {
    roles: [access, quickSetupRole('us-east-1')],
    ...busy(
      set(
        quickSetupRole('us-east-1').name,
        `arn:aws:sts::${idOf(307)}:assumed-role/AWS-QuickSetup-LocalExecutionRole/QuickSetup`,
        '2023-09-04T08:03:19.500Z',
      ),
    ),
    associations: {
      'us-east-1': [
        {
          document: 'AWSQuickSetupType-EnableDHMC',
          name: 'EnableDHMCAssociation',
          id: '5f0c6f3e-6a0b-4d7e-9f34-2b1f4f3a7c10',
        },
      ],
    },
  }),
  account(401, 'Legacy ERP', 'Legacy', {
    roles: [access, dhmcRoleAtRoot],
    ...busy(
      set(
        dhmcRoleName,
        session(
          idOf(401),
          'AutomationServiceRole-EnableDefaultSSM',
          'Automation-2d4c2f2e-58a1-4d4e-9f0b-6f1f0c3d7a55',
        ),
        '2023-03-02T07:15:00.000Z',
      ),
    ),
  }),
  account(402, 'Legacy CRM', 'Legacy', {
    roles: [access, dhmcRoleWithoutPolicy],
    ...busy(
      set(
        dhmcValue,
        session(idOf(402), access.name, 'dhmc-20260302-074000-k3x9ab'),
        '2026-03-02T07:40:00.000Z',
      ),
    ),
  }),
  account(403, 'Legacy Billing', 'Legacy', {
    roles: [access, dhmcRoleWithWrongTrust],
    ...busy(set(dhmcValue, sso(idOf(403), 'old.hand'), '2023-03-02T08:05:00.000Z')),
  }),
  account(
    404,
    'Legacy Intranet',
    'Legacy',
    busy(
      set(
        'RetiredInstanceRole',
        session(
          idOf(404),
          `cdk-hnb659fds-cfn-exec-role-${idOf(404)}-us-east-1`,
          'AWSCloudFormation',
        ),
        '2022-12-19T16:20:00.000Z',
      ),
    ),
  ),
  account(405, 'Legacy Mainframe Bridge', 'Legacy', {
    roles: [{ ...access, boundary: `arn:aws:iam::${idOf(405)}:policy/${readOnlyBoundary.name}` }],
    policies: [readOnlyBoundary],
  }),
  account(406, 'Legacy Reporting', 'Legacy', {
    roles: [
      access,
      {
        ...dhmcRole,
        boundary: `arn:aws:iam::${idOf(406)}:policy/InstanceBoundary`,
        tags: { owner: 'reporting' },
      },
    ],
    policies: [
      {
        name: 'InstanceBoundary',
        document: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['ssm:*', 'ssmmessages:*', 'ec2messages:*'], Resource: '*' },
          ],
        },
      },
    ],
    ...busy(
      set(
        dhmcValue,
        session(idOf(406), 'reporting-pipeline', 'aws-go-sdk-1717408800000000000'),
        '2024-06-03T10:00:00.000Z',
      ),
    ),
  }),
  account(501, 'Health Records', 'Regulated/Health', { roles: [access, controlTower] }),
  account(502, 'Health Analytics', 'Regulated/Health', { roles: [access, controlTower] }),
  account(503, 'Insurance Claims', 'Regulated', { roles: [access, controlTower] }),
  account(601, 'Core Banking', 'Core Banking'),
  account(602, 'Core Banking DR', 'Core Banking'),
  account(801, 'Globex (acquired)', 'Acquired', {
    joinedMethod: 'INVITED',
    joinedAt: '2025-08-01T00:00:00.000Z',
    roles: [],
  }),
  account(802, 'Initech (acquired)', 'Acquired', {
    joinedMethod: 'INVITED',
    joinedAt: '2025-08-01T00:00:00.000Z',
  }),
  account(901, 'Old Marketing', 'Suspended', { state: 'SUSPENDED' }),
  account(902, 'Closed PoC', 'Suspended', { state: 'CLOSED' }),
];

/** The default world. Each call returns new objects with the same content, so that callers never share them. */
export function defaultWorld(): World {
  return {
    format: worldFormat,
    partition: 'aws',
    organization: {
      id: 'o-a7k2dhmc01',
      rootId: root,
      managementAccount: management,
      delegatedAdministrators: [idOf(102)],
    },
    units,
    accounts: withInstances([...core, ...plain, ...odd]),
    scps: {
      DenyDhmcChanges: denyDhmcChanges,
      ControlTowerRegionDeny: regionDeny('eu-central-1', 'eu-west-1'),
    },
    callers: [administratorOf(management)],
  };
}

/**
 * The caller of a world: a user of the management account with all permissions. Its made-up keys are the same in
 * every world.
 */
export const administratorOf = (account: string): World['callers'][number] => ({
  accessKeyId: 'AKIASANDBOX000000001',
  secretAccessKey: 'sandbox/only/this/opens/nothing/00000001',
  identity: {
    kind: 'user',
    account,
    name: 'platform-admin',
    attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  },
});
