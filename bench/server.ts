/**
 * The counting server: answers like AWS after a set time, and counts. It validates nothing, so that it costs little;
 * validation is the sandbox's job. It exchanges `Order` and `Answer` with its parent process.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  accountId,
  managementAccount,
  policyArn,
  regions,
  roleName,
  roleValue,
  secretKey,
  sessionKey,
  sessionToken,
  settingId,
  trust,
  type Answer,
  type Order,
  type Organization,
  type Seen,
} from './protocol.ts';
import { authorizationDetails, instancesPage, nodesPage, type Cell } from './fleet.ts';

const slowness = 100;
const units = 10;
const unitId = (index: number): string => `ou-benc-${String(index % units).padStart(8, '0')}`;

let organization: Organization = {
  world: 'bare',
  accounts: 0,
  latencyMs: 0,
  slowAccount: null,
  instancesPerCell: 0,
  rolesPerAccount: 0,
};
/** Cells that differ from the initial state. */
let changed = new Set<string>();
/** By account: the tags of the created role, as XML. A client uses them to recognize its own role. */
let tags = new Map<string, string>();
let calls = new Map<string, number>();
let inFlight = 0;
let inFlightPeak = 0;
let connections = 0;
let open = 0;
let connectionsPeak = 0;
let firstCallAt: number | null = null;
let firstCellAt: number | null = null;
let pagesBeforeFirstCell: number | null = null;

const isThere = (what: string): boolean => organization.world === 'whole' || changed.has(what);

interface Reply {
  readonly status: number;
  readonly type: 'text/xml' | 'application/x-amz-json-1.1' | 'application/json';
  readonly body: string;
}

const json = (body: unknown): Reply => ({
  status: 200,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});
const xml = (service: 'sts' | 'iam', operation: string, result: string): Reply => ({
  status: 200,
  type: 'text/xml',
  body: `<${operation}Response xmlns="https://${service}.amazonaws.com/doc/${service === 'sts' ? '2011-06-15' : '2010-05-08'}/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></${operation}Response>`,
});
const noSuchRole: Reply = {
  status: 404,
  type: 'text/xml',
  body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name ${roleName} cannot be found.</Message></Error><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ErrorResponse>`,
};

const role = (account: string): string =>
  `<Role><Path>/service-role/</Path><RoleName>${roleName}</RoleName><RoleId>AROABENCHBENCHBENCH00</RoleId><Arn>arn:aws:iam::${account}:role/${roleValue}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument><MaxSessionDuration>3600</MaxSessionDuration>${tags.get(account) ?? ''}</Role>`;

const setting = (account: string, region: string): unknown => {
  const isSet = isThere(`${account}/${region}`);
  return {
    ServiceSetting: {
      ARN: `arn:aws:ssm:${region}:${account}:servicesetting${settingId}`,
      LastModifiedDate: 1_750_000_000.123,
      LastModifiedUser: isSet
        ? `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/somebody`
        : 'System',
      SettingId: settingId,
      SettingValue: isSet ? roleValue : '$None',
      Status: isSet ? 'Customized' : 'Default',
    },
  };
};

const accountOf = (index: number): unknown => {
  const id = accountId(index);
  return {
    Id: id,
    Arn: `arn:aws:organizations::${managementAccount}:account/o-bench12345/${id}`,
    Email: `account-${id}@example.com`,
    Name: `account-${id}`,
    State: 'ACTIVE',
    Status: 'ACTIVE',
    JoinedMethod: 'CREATED',
    JoinedTimestamp: 1_700_000_000,
    Paths: [`o-bench12345/r-benc/${unitId(index)}/${id}/`],
  };
};

const accountsPage = (body: string): Reply => {
  const { NextToken } = JSON.parse(body) as { readonly NextToken?: string };
  const from = Number(NextToken ?? 0);
  const to = Math.min(organization.accounts, from + 20);
  const accounts = Array.from({ length: to - from }, (_, offset) => accountOf(from + offset));
  return json({
    Accounts: accounts,
    ...(to < organization.accounts ? { NextToken: String(to) } : {}),
  });
};

const assumed = (form: URLSearchParams): Reply => {
  const account = form.get('RoleArn')?.split(':')[4] ?? '';
  return xml(
    'sts',
    'AssumeRole',
    `<AssumedRoleUser><AssumedRoleId>AROABENCHBENCHBENCH00:bench</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/bench</Arn></AssumedRoleUser><Credentials><AccessKeyId>${sessionKey(account)}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials><PackedPolicySize>20</PackedPolicySize>`,
  );
};

function tagsOf(form: URLSearchParams): string {
  let members = '';
  for (let index = 1; form.has(`Tags.member.${index}.Key`); index += 1)
    members += `<member><Key>${form.get(`Tags.member.${index}.Key`) ?? ''}</Key><Value>${form.get(`Tags.member.${index}.Value`) ?? ''}</Value></member>`;
  return `<Tags>${members}</Tags>`;
}

const allRegions = json({
  Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
});

const cellOf = (account: string, region: string): Cell => ({
  account,
  region,
  instances: organization.instancesPerCell,
  instanceRoles: organization.rolesPerAccount,
});

function answer(operation: string, account: string, region: string, body: string): Reply {
  switch (operation) {
    case 'GetServiceSetting':
      return json(setting(account, region));
    case 'UpdateServiceSetting':
      changed.add(`${account}/${region}`);
      return json({});
    case 'ListRegions':
      return allRegions;
    case 'AssumeRole':
      return assumed(new URLSearchParams(body));
    case 'GetRole':
      return isThere(`role/${account}`) ? xml('iam', operation, role(account)) : noSuchRole;
    case 'ListAttachedRolePolicies': {
      if (!isThere(`role/${account}`)) return noSuchRole;
      const policy = `<member><PolicyName>${policyArn.slice(policyArn.lastIndexOf('/') + 1)}</PolicyName><PolicyArn>${policyArn}</PolicyArn></member>`;
      const policies = isThere(`grant/${account}`) ? policy : '';
      return xml(
        'iam',
        operation,
        `<IsTruncated>false</IsTruncated><AttachedPolicies>${policies}</AttachedPolicies>`,
      );
    }
    case 'ListRolePolicies':
      return xml('iam', operation, '<IsTruncated>false</IsTruncated><PolicyNames/>');
    case 'CreateRole':
      changed.add(`role/${account}`);
      tags.set(account, tagsOf(new URLSearchParams(body)));
      return xml('iam', operation, role(account));
    case 'AttachRolePolicy':
      changed.add(`grant/${account}`);
      return xml('iam', operation, '');
    case 'ListAccounts':
      return accountsPage(body);
    case 'DescribeAccount': {
      const { AccountId: id } = JSON.parse(body) as { readonly AccountId: string };
      return json({
        Account: accountOf(id === managementAccount ? 0 : Number(id) - Number(accountId(1)) + 1),
      });
    }
    case 'DescribeOrganizationalUnit': {
      const { OrganizationalUnitId: id } = JSON.parse(body) as {
        readonly OrganizationalUnitId?: string;
      };
      return json({
        OrganizationalUnit: {
          Id: id,
          Arn: `arn:aws:organizations::${managementAccount}:ou/o-bench12345/${id ?? ''}`,
          Name: id,
        },
      });
    }
    case 'DescribeOrganization':
      return json({
        Organization: {
          Id: 'o-bench12345',
          MasterAccountId: managementAccount,
          ManagementAccountId: managementAccount,
          FeatureSet: 'ALL',
        },
      });
    case 'DescribeInstances':
      return {
        status: 200,
        type: 'text/xml',
        body: instancesPage(cellOf(account, region)),
      };
    case 'DescribeInstanceInformation':
      return json(nodesPage(cellOf(account, region)));
    case 'GetAccountAuthorizationDetails':
      return xml('iam', operation, authorizationDetails(account, organization.rolesPerAccount));
    case 'GetCallerIdentity':
      return xml(
        'sts',
        operation,
        `<Arn>arn:aws:iam::${managementAccount}:user/bench</Arn><UserId>AIDABENCHBENCHBENCH00</UserId><Account>${managementAccount}</Account>`,
      );
    default:
      process.stderr.write(`The counting server has no answer to ${operation}.\n`);
      return {
        status: 400,
        type: 'application/x-amz-json-1.1',
        body: JSON.stringify({ __type: 'UnknownOperationException' }),
      };
  }
}

function operationOf(request: IncomingMessage, body: string): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.indexOf('.') + 1);
  return request.url === '/listRegions'
    ? 'ListRegions'
    : (/(?:^|&)Action=([^&]*)/.exec(body)?.[1] ?? '?');
}

const scope = /Credential=A[KS]IA(\d{12})\w*\/\d+\/([\w-]+)\//;

function count(operation: string): void {
  calls.set(operation, (calls.get(operation) ?? 0) + 1);
  firstCallAt ??= performance.now();
  if (operation === 'GetServiceSetting' && firstCellAt === null) {
    firstCellAt = performance.now();
    pagesBeforeFirstCell = calls.get('ListAccounts') ?? 0;
  }
}

/** The account that the call is about; for AssumeRole, the account that is entered. */
function subjectOf(operation: string, signedBy: string, body: string): string {
  return operation === 'AssumeRole' ? (/iam%3A%3A(\d{12})/.exec(body)?.[1] ?? signedBy) : signedBy;
}

function serve(request: IncomingMessage, response: ServerResponse, body: string): void {
  const [, account = '', region = ''] = scope.exec(request.headers.authorization ?? '') ?? [];
  const operation = operationOf(request, body);
  count(operation);
  inFlight += 1;
  if (inFlight > inFlightPeak) inFlightPeak = inFlight;
  const reply = (): void => {
    inFlight -= 1;
    const { status, type, body: text } = answer(operation, account, region, body);
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'x-amzn-requestid': '01234567-89ab-cdef',
    });
    response.end(text);
  };
  const slow =
    organization.slowAccount !== null &&
    subjectOf(operation, account, body) === accountId(organization.slowAccount);
  const ms = organization.latencyMs * (slow ? slowness : 1);
  if (ms === 0) reply();
  else setTimeout(reply, ms);
}

const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => serve(request, response, body));
});
server.on('connection', (socket) => {
  connections += 1;
  open += 1;
  connectionsPeak = Math.max(connectionsPeak, open);
  socket.on('close', () => (open -= 1));
});

const seen = (): Seen => ({
  calls: Object.fromEntries(calls),
  inFlightPeak,
  connections,
  connectionsPeak,
  firstCellMs: firstCellAt === null || firstCallAt === null ? null : firstCellAt - firstCallAt,
  pagesBeforeFirstCell,
});

const say = (message: Answer): void => void process.send?.(message);

process.on('message', (order: Order) => {
  if ('tell' in order) {
    say({ seen: seen() });
    return;
  }
  // A baseline starts with the state that the program left; only the counts are reset.
  if (order.setUp.accounts > 0) {
    changed = new Set();
    tags = new Map();
    organization = order.setUp;
  }
  calls = new Map();
  inFlightPeak = 0;
  connections = 0;
  connectionsPeak = open;
  firstCallAt = null;
  firstCellAt = null;
  pagesBeforeFirstCell = null;
  say({ ready: true });
});
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  say({ listening: address.port });
});
