/** A proxy between the program and the sandbox that strikes at a call. */
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '../../src/sandbox/index.ts';

/** Whether a call makes changes, judged by its operation's name. */
const isWrite = ({ headers }: IncomingMessage, body: Buffer): boolean =>
  /(?:\.|\bAction=)(?:Create|Delete|Update|Reset|Put|Attach|Detach|Tag|Untag|Add|Remove)/.test(
    `${String(headers['x-amz-target'])} ${body.toString('utf8')}`,
  );

/** Counts calls and strikes before the n-th arrives or after its response. */
export async function proxyTo(
  sandbox: Sandbox,
  point: { readonly number: number; readonly moment: 'before' | 'after' } | null,
  struck: () => void,
) {
  const agent = new Agent({ keepAlive: true });
  let calls = 0;
  const writes = new Set<number>();
  let open = 0;
  const forward = (
    incoming: IncomingMessage,
    body: Buffer,
    answered: (status: number, headers: IncomingMessage['headers'], body: Buffer) => void,
  ): void => {
    open += 1;
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: sandbox.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
        agent,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          open -= 1;
          answered(response.statusCode ?? 500, response.headers, Buffer.concat(chunks));
        });
      },
    );
    outgoing.on('error', () => {
      open -= 1;
      incoming.socket.destroy();
    });
    outgoing.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      calls += 1;
      const body = Buffer.concat(chunks);
      if (isWrite(incoming, body)) writes.add(calls);
      const here = point !== null && calls === point.number;
      if (here && point.moment === 'before') return struck();
      forward(incoming, body, (status, headers, answer) => {
        if (here) return struck();
        outgoing.writeHead(status, headers);
        outgoing.end(answer);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls: () => calls,
    /** The numbers of the calls that make changes. */
    writes: (): ReadonlySet<number> => writes,
    async stop() {
      while (open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
