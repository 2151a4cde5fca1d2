/** moto, a well-known emulator of AWS, if it is installed on this machine. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export const hasMoto = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import moto, flask, boto3'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Runs moto's server for the duration of `use`. */
export async function withMoto<T>(
  use: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const moto = spawn(
    'python3',
    [join(import.meta.dirname, 'moto_with_settings.py'), String(port)],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
    },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      moto.stdout.once('data', () => resolve());
      moto.once('exit', () => reject(new Error('moto did not start')));
    });
    return await use({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: 'us-east-1',
    });
  } finally {
    moto.kill('SIGKILL');
  }
}
