/** A proxy between the program and a sandbox that can change the sandbox's responses. */
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response on its way back, with its request. */
export interface Passing {
  /** The operation's name in the request. */
  readonly operation: string;
  /** The body of the request. */
  readonly sent: string;
  /** The headers of the request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body: string;
}

/** Returns the body to send instead, optionally with another status; null sends no response. */
export type Change = (
  passing: Passing,
) => string | { readonly status: number; readonly body: string } | null;

export interface ChangingProxy {
  readonly url: string;
  /** The number of requests by operation since the last `set`. */
  readonly passed: ReadonlyMap<string, number>;
  set(change: Change): void;
  stop(): Promise<void>;
}

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const operationOf = ({ headers, url }: IncomingMessage, sent: string): string => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.indexOf('.') + 1);
  return (
    new URLSearchParams(sent).get('Action') ?? (url === '/listRegions' ? 'ListRegions' : 'unknown')
  );
};

export async function startProxy(to: string): Promise<ChangingProxy> {
  const target = new URL(to);
  const passed = new Map<string, number>();
  let change: Change = ({ body }) => body;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const sent = await bodyOf(incoming);
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const { method, url, headers } = incoming;
        ask({ host: target.hostname, port: target.port, method, path: url, headers }, resolve)
          .on('error', reject)
          .end(sent);
      });
      const operation = operationOf(incoming, sent);
      passed.set(operation, (passed.get(operation) ?? 0) + 1);
      const status = answer.statusCode ?? 500;
      const changed = change({
        operation,
        sent,
        headers: flat(incoming.headers),
        status,
        body: await bodyOf(answer),
      });
      if (changed === null) return;
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
      if (typeof changed === 'string') outgoing.writeHead(status, headers).end(changed);
      else outgoing.writeHead(changed.status, headers).end(changed.body);
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    passed,
    set: (next) => {
      change = next;
      passed.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
