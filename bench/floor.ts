/** Baseline (a), the floor: requests signed by hand, over one agent with kept-alive connections. */
import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { callAll, replayOf, type Call } from './calls.ts';
import { callerKey, secretKey } from './protocol.ts';

const replay = replayOf(process.argv);
const { hostname, port } = new URL(replay.endpoint);
const agent = new Agent({
  keepAlive: true,
  maxSockets: replay.concurrency,
  maxFreeSockets: replay.concurrency,
  scheduling: 'lifo',
});

type Service = 'ssm' | 'organizations' | 'sts' | 'iam' | 'account';
const services: Readonly<Record<string, Service>> = {
  GetServiceSetting: 'ssm',
  UpdateServiceSetting: 'ssm',
  ListRegions: 'account',
  AssumeRole: 'sts',
  GetCallerIdentity: 'sts',
  GetRole: 'iam',
  ListAttachedRolePolicies: 'iam',
  ListRolePolicies: 'iam',
  CreateRole: 'iam',
  AttachRolePolicy: 'iam',
};
const targets: Readonly<Record<string, string>> = {
  ssm: 'AmazonSSM',
  organizations: 'AWSOrganizationsV20161128',
};

const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();
const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const keys = new Map<string, Buffer>();
function signingKey(day: string, service: string): Buffer {
  const name = `${day}/${service}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), 'us-east-1'), service), 'aws4_request');
    keys.set(name, key);
  }
  return key;
}

function make({ operation, input }: Call): Promise<void> {
  const service = services[operation] ?? 'organizations';
  const target = targets[service];
  const isForm = service === 'sts' || service === 'iam';
  const body = isForm
    ? new URLSearchParams({
        Action: operation,
        Version: service === 'sts' ? '2011-06-15' : '2010-05-08',
        ...(input as Record<string, string>),
      }).toString()
    : JSON.stringify(input);
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const path = service === 'account' ? '/listRegions' : '/';
  const type = isForm
    ? 'application/x-www-form-urlencoded'
    : service === 'account'
      ? 'application/json'
      : 'application/x-amz-json-1.1';
  const withTarget = target === undefined ? '' : `x-amz-target:${target}.${operation}\n`;
  const names = `content-type;host;x-amz-date${target === undefined ? '' : ';x-amz-target'}`;
  const canonical = `POST\n${path}\n\ncontent-type:${type}\nhost:${hostname}:${port}\nx-amz-date:${date}\n${withTarget}\n${names}\n${sha256(body)}`;
  const scope = `${day}/us-east-1/${service}/aws4_request`;
  const signature = createHmac('sha256', signingKey(day, service))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
    .digest('hex');
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        hostname,
        port,
        path,
        method: 'POST',
        headers: {
          host: `${hostname}:${port}`,
          'content-type': type,
          'content-length': Buffer.byteLength(body),
          'x-amz-date': date,
          ...(target === undefined ? {} : { 'x-amz-target': `${target}.${operation}` }),
          authorization: `AWS4-HMAC-SHA256 Credential=${callerKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (!isForm) JSON.parse(text);
          resolve();
        });
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

await callAll(replay, make);
agent.destroy();
