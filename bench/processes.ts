/** Starts the benchmark's processes: the counting server and the measured programs. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../scripts/bundle.ts';
import {
  callerKey,
  secretKey,
  type Answer,
  type Order,
  type Organization,
  type Seen,
  type Used,
} from './protocol.ts';

/**
 * Bundles the server, the probe and the baselines in the same way as the program, so that all are as fast as possible.
 */
export async function bundleInto(folder: string): Promise<void> {
  const names = ['server', 'probe', 'floor', 'sdk-loop', 'load-clients'];
  await bundle({
    root: import.meta.dirname,
    entries: Object.fromEntries(names.map((name) => [name, `${name}.ts`])),
    into: folder,
    extension: 'mjs',
  });
}

export interface Server {
  readonly url: string;
  setUp(organization: Organization): Promise<void>;
  seen(): Promise<Seen>;
  stop(): void;
}

const next = (child: ChildProcess): Promise<Answer> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', () => reject(new Error('The counting server ended.')));
  });

export async function startServer(folder: string): Promise<Server> {
  const child = fork(join(folder, 'server.mjs'), { execArgv: [] });
  child.setMaxListeners(0);
  const started = await next(child);
  if (!('listening' in started)) throw new Error('The counting server did not start.');
  const ask = (order: Order): Promise<Answer> => {
    const answered = next(child);
    child.send(order);
    return answered;
  };
  return {
    url: `http://127.0.0.1:${started.listening}`,
    setUp: async (organization) => {
      await ask({ setUp: organization });
    },
    seen: async () => {
      const answer = await ask({ tell: true });
      if (!('seen' in answer)) throw new Error('The counting server did not tell.');
      return answer.seen;
    },
    stop: () => {
      child.disconnect();
    },
  };
}

export interface Ended extends Used {
  readonly status: number | null;
  readonly wallMs: number;
}

/** The environment of measured processes: without the caller's own AWS settings. */
export function environmentFor(folder: string, url: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|DHMC_|NODE_OPTIONS|npm_|HTTPS?_PROXY|ALL_PROXY|CI$)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: callerKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Runs a Node program until it ends. Its standard output goes to the file `out` in the folder. */
export function run(
  folder: string,
  url: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Ended> {
  const usedFile = join(folder, 'used.json');
  const out = openSync(join(folder, 'out'), 'w');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [...flags, '--import', join(folder, 'probe.mjs'), ...args],
    {
      cwd: folder,
      env: { ...environmentFor(folder, url), BENCH_USED: usedFile },
      stdio: ['ignore', out, 'inherit'],
    },
  );
  closeSync(out);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      const wallMs = performance.now() - started;
      resolve({ status, wallMs, ...(JSON.parse(readFileSync(usedFile, 'utf8')) as Used) });
    });
  });
}
