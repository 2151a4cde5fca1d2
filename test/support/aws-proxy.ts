/** A company network: TLS with its own certificate authority, and a mandatory proxy for every connection. */
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

const tls = (name: string): string => join(import.meta.dirname, 'tls', name);

/** The certificate authority of the office. */
export const officeAuthority = tls('ca.pem');

export interface Asked {
  readonly host: string;
  readonly path: string;
  readonly body: string;
}

/** The response in place of the sandbox's; undefined passes the request on. */
export type Instead = (
  asked: Asked,
) => { readonly status?: number; readonly type: string; readonly body: string } | undefined;

export interface Office {
  /** `host:port` of the proxy, without a scheme. */
  readonly proxy: string;
  /** The hosts of the connections, in order. */
  readonly hosts: readonly string[];
  stop(): Promise<void>;
}

/** Routes every AWS host through the proxy to the sandbox. `login` is `user:password` that the proxy requires. */
export async function openOffice(
  sandboxUrl: string,
  { instead, login }: { readonly instead?: Instead; readonly login?: string } = {},
): Promise<Office> {
  const sandbox = new URL(sandboxUrl);
  const aws = createTlsServer(
    { key: readFileSync(tls('server.key')), cert: readFileSync(tls('server.pem')) },
    (incoming, outgoing) => {
      void (async () => {
        const body = await buffer(incoming);
        const { url: path = '/', method, headers } = incoming;
        const own = instead?.({ host: headers.host ?? '', path, body: body.toString() });
        if (own !== undefined) {
          outgoing.writeHead(own.status ?? 200, { 'content-type': own.type }).end(own.body);
          return;
        }
        const { hostname: host, port } = sandbox;
        request({ host, port, method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        }).end(body);
      })();
    },
  );
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const hosts: string[] = [];
  const tunnels = new Set<Socket>();
  const wanted = `Basic ${Buffer.from(login ?? '').toString('base64')}`;
  const proxy = createServer();
  proxy.on('connect', (asked, socket: Socket) => {
    tunnels.add(socket);
    hosts.push((asked.url ?? '').replace(/:\d+$/, ''));
    if (login !== undefined && asked.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const through = connect((aws.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket);
      socket.pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    proxy: `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    hosts,
    stop: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      for (const server of [proxy, aws]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
