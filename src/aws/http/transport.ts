/**
 * The HTTP handler of all clients: keep-alive connections, proxies, the user's certificate authorities, and a time
 * limit for every response, including its body. It does less per call than the SDK's own handler.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { ignoresCertificates, readCaBundle, type CaBundle } from '../environment/certificates.ts';
import { proxyFor, usesProxy } from '../environment/proxies.ts';

/** The time limit for a complete response. */
export const responseTimeoutMs = 20_000;
const connectWithinMs = 10_000;
/** The maximum size of a response. Responses of the operations used here are smaller. */
const maxResponseBytes = 8 * 1024 * 1024;

const agents = async (
  maxSockets: number,
  caBundle: CaBundle | null,
): Promise<{ readonly httpAgent: HttpAgent; readonly httpsAgent: HttpAgent }> => {
  const options = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    scheduling: 'lifo' as const,
  };
  const withAuthorities = {
    ...options,
    ...(caBundle === null ? {} : { ca: await readCaBundle(caBundle) }),
    ...(ignoresCertificates() ? { rejectUnauthorized: false } : {}),
  };
  if (usesProxy()) {
    const { ProxyAgent } = await import('proxy-agent');
    // A proxy needs the full URL in plain HTTP requests, which the agent writes only for new connections. HTTPS uses
    // a tunnel.
    const httpAgent = new ProxyAgent({
      ...options,
      keepAlive: false,
      getProxyForUrl: (url) => proxyFor(url),
    });
    const httpsAgent = new ProxyAgent({
      ...withAuthorities,
      getProxyForUrl: (url) => proxyFor(url),
    });
    return { httpAgent, httpsAgent };
  }
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(withAuthorities) };
};

const timeout = (): Error =>
  Object.assign(
    new Error(`The response was not complete within ${String(responseTimeoutMs / 1000)} seconds.`),
    {
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
    },
  );
const notConnected = (): Error =>
  Object.assign(new Error(`No connection within ${String(connectWithinMs / 1000)} seconds.`), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  });

/**
 * Throws for truncated XML, which the SDK parses as far as it goes: a truncated list would look like a shorter one.
 */
const checkComplete = (body: Uint8Array, contentType: string | undefined): void => {
  if (contentType === undefined || !/xml/i.test(contentType) || body.length === 0) return;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const root = /^\uFEFF?\s*(?:<\?[^>]*\?>\s*)?<([\w:.-]+)/.exec(text.toString('utf8', 0, 500))?.[1];
  const end = text.toString('utf8', Math.max(0, text.length - 200)).trimEnd();
  if (root === undefined || (!end.endsWith(`</${root}>`) && !/^[^<]*<[^<]*\/>$/.test(end)))
    throw new SyntaxError('The response is truncated XML.');
};

/** The interface that the SDK's clients require of their handler, and dhmc's additions. */
export interface Transport {
  handle(request: HttpRequest): Promise<{ readonly response: HttpResponse }>;
  /** Whether an idle connection to the host is open. `host` comes from `hostOf`. */
  isFree(host: string): boolean;
  /** The number of connections opened so far, and the last Retry-After in a response. */
  seen(): { readonly connections: number; readonly retryAfter: string | null };
  /** Closes all connections. */
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Readonly<Record<string, never>>;
}

/**
 * Sends one request and reads the whole response. Closes the connection if that takes too long or the response is too
 * large.
 */
const exchange = (
  request: HttpRequest,
  agent: HttpAgent,
  withinMs: number,
  onConnecting: () => void,
): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, port, method, path, query, headers } = request;
    const queryString = buildQueryString(query);
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send({
      agent,
      method,
      host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
      port,
      path: queryString === '' ? path : `${path}?${queryString}`,
      headers,
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      sent.destroy();
    };
    const timer = setTimeout(() => fail(timeout()), withinMs);
    sent.on('error', fail);
    sent.on('socket', (socket) => {
      if (!socket.connecting) return;
      onConnecting();
      const connecting = setTimeout(() => fail(notConnected()), connectWithinMs);
      const settled = (): void => clearTimeout(connecting);
      socket.once('connect', settled).once('close', settled);
    });
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxResponseBytes)
          fail(
            Object.assign(new SyntaxError('The response is too large.'), {
              $invalid: true,
            }),
          );
      });
      answer.on('end', () => {
        clearTimeout(timer);
        const body: Uint8Array =
          chunks.length === 1 && chunks[0] !== undefined
            ? chunks[0]
            : Buffer.concat(chunks, length);
        try {
          checkComplete(body, answer.headers['content-type']);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        resolve(
          new HttpResponse({
            statusCode: answer.statusCode ?? -1,
            reason: answer.statusMessage ?? '',
            headers: flat(answer.headers),
            body,
          }),
        );
      });
      answer.on('error', fail);
    });
    sent.end(request.body);
  });

/** Headers as the SDK expects them. Only `set-cookie` is a list. */
const flat = (headers: IncomingHttpHeaders): Record<string, string> => {
  const one: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) one[name] = typeof value === 'string' ? value : value.join(',');
  }
  return one;
};

interface Host {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}

/** The prefix of the agent's names for connections to a host. */
export const hostOf = ({ protocol, hostname, port }: Host): string =>
  `${hostname}:${String(port ?? (protocol === 'https:' ? 443 : 80))}:`;

type Sockets = NodeJS.ReadOnlyDict<readonly Socket[]>;
/** The number of open sockets. The agent's lists keep destroyed ones until they are closed. */
const countOf = (sockets: Sockets): number => {
  let count = 0;
  for (const name in sockets)
    for (const socket of sockets[name] ?? []) if (!socket.destroyed) count += 1;
  return count;
};

const isFreeIn = (free: Sockets, host: string): boolean => {
  for (const name in free)
    if (name.startsWith(host) && free[name]?.some(({ destroyed }) => !destroyed) === true)
      return true;
  return false;
};

/**
 * Limits the total number of connections by closing an idle one to another host. The agent itself limits them only
 * per host.
 */
const makeRoom = ({ sockets, freeSockets }: HttpAgent, host: string, most: number): void => {
  if (isFreeIn(freeSockets, host) || countOf(sockets) + countOf(freeSockets) < most) return;
  let idlest: readonly Socket[] = [];
  for (const list of Object.values(freeSockets)) {
    const left = list?.filter(({ destroyed }) => !destroyed) ?? [];
    if (left.length > idlest.length) idlest = left;
  }
  idlest[0]?.destroy();
};

export interface TransportOptions {
  readonly maxSockets: number;
  /** The time limit for a response, in milliseconds. Default: `responseTimeoutMs`. */
  readonly withinMs?: number;
  readonly caBundle?: CaBundle | null;
  /** Receives the Date of each response. */
  readonly onDate?: (date: string) => void;
}

/** Makes the handler. Its responses have complete bodies. Throws `UsageError` for an invalid bundle. */
export const makeTransport = async ({
  maxSockets,
  withinMs = responseTimeoutMs,
  caBundle = null,
  onDate,
}: TransportOptions): Promise<Transport> => {
  const { httpAgent, httpsAgent } = await agents(maxSockets, caBundle);
  const most = usesProxy() ? Infinity : maxSockets;
  let connections = 0;
  let retryAfter: string | null = null;
  const onConnecting = (): void => void (connections += 1);
  return {
    isFree: (host) =>
      isFreeIn(httpsAgent.freeSockets, host) || isFreeIn(httpAgent.freeSockets, host),
    handle: async (request) => {
      const agent = request.protocol === 'https:' ? httpsAgent : httpAgent;
      makeRoom(agent, hostOf(request), most);
      const response = await exchange(request, agent, withinMs, onConnecting);
      retryAfter = response.headers['retry-after'] ?? retryAfter;
      if (onDate !== undefined && response.headers['date'] !== undefined)
        onDate(response.headers['date']);
      return { response };
    },
    seen: () => ({ connections, retryAfter }),
    destroy: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
};
