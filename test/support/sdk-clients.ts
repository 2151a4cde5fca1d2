/** Access to a sandbox for its tests: SDK clients and manually signed requests. */
import { createHash, createHmac } from 'node:crypto';
import { AccountClient } from '@aws-sdk/client-account';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Sandbox } from '../../src/sandbox/index.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const firstCaller = ({ env }: Sandbox): Keys => ({
  accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
});

export interface Clients {
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly account: AccountClient;
  readonly ssm: (region: string) => SSMClient;
  readonly ec2: (region: string) => EC2Client;
}

/** One attempt per call, so that tests see each response of the sandbox. */
export function clients(
  sandbox: Sandbox,
  credentials: Keys = firstCaller(sandbox),
  region = 'us-east-1',
  maxAttempts = 1,
): Clients {
  const config = { endpoint: sandbox.url, credentials, region, maxAttempts };
  return {
    organizations: new OrganizationsClient(config),
    sts: new STSClient(config),
    iam: new IAMClient(config),
    account: new AccountClient(config),
    ssm: (at) => new SSMClient({ ...config, region: at }),
    ec2: (at) => new EC2Client({ ...config, region: at }),
  };
}

/** The keys of a session in the account's `OrganizationAccountAccessRole`. */
export async function enter(
  sandbox: Sandbox,
  account: string,
  more: Partial<AssumeRoleCommandInput> = {},
  from?: Keys,
): Promise<Keys> {
  const input = {
    RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
    RoleSessionName: 'test-session',
    ...more,
  };
  const { Credentials: got } = await clients(sandbox, from).sts.send(new AssumeRoleCommand(input));
  return {
    accessKeyId: got?.AccessKeyId ?? '',
    secretAccessKey: got?.SecretAccessKey ?? '',
    sessionToken: got?.SessionToken ?? '',
  };
}

/** The error of the call: its name, status and message. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & {
      $metadata?: { httpStatusCode?: number };
    };
    return { name, status: $metadata?.httpStatusCode, message };
  }
  throw new Error('The call was not refused.');
}

export interface RawRequest {
  readonly service: string;
  readonly region?: string;
  readonly target?: string;
  readonly path?: string;
  readonly body?: string;
  readonly keys: Keys;
  /** Milliseconds since the epoch. */
  readonly time?: number;
  /** Changes the headers after signing. */
  readonly tamper?: (headers: Record<string, string>) => void;
  readonly sentBody?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Signs a request according to the documentation of Signature Version 4 and sends it. */
export async function raw(sandbox: Sandbox, request: RawRequest): Promise<RawAnswer> {
  const {
    service,
    region = 'us-east-1',
    target,
    path = '/',
    body = '',
    keys,
    time = Date.now(),
    tamper,
    sentBody = body,
  } = request;
  const amzDate = new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    host: new URL(sandbox.url).host,
    'x-amz-date': amzDate,
  };
  if (target !== undefined) headers['x-amz-target'] = target;
  if (keys.sessionToken !== undefined) headers['x-amz-security-token'] = keys.sessionToken;
  const names = Object.keys(headers).sort();
  const hmac = (key: string | Buffer, data: string): Buffer =>
    createHmac('sha256', key).update(data).digest();
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const canonical = [
    'POST',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha(body),
  ].join('\n');
  const scope = `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = hmac(
    hmac(hmac(hmac(`AWS4${keys.secretAccessKey}`, amzDate.slice(0, 8)), region), service),
    'aws4_request',
  );
  const signature = hmac(
    key,
    ['AWS4-HMAC-SHA256', amzDate, scope, sha(canonical)].join('\n'),
  ).toString('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  tamper?.(headers);
  delete headers['host'];
  const response = await fetch(sandbox.url + path, { method: 'POST', headers, body: sentBody });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
