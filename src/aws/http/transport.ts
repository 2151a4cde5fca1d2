/**
 * The one HTTP handler of all clients: keep-alive connections, proxies, the user's certificate authorities, and a time
 * limit for every call, including its body. It does less per call than the SDK's own handler.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { ignoresCertificates, readCaBundle, type CaBundle } from '../environment/certificates.ts';
import { proxyFor, usesProxy } from '../environment/proxies.ts';

/** No call waits longer for its whole answer. */
export const responseTimeoutMs = 20_000;
const connectWithinMs = 10_000;
/** No answer of the operations that we call is as long. */
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
    // To a proxy, an http URL is written in full, which the agent does for new connections alone; https has its tunnel.
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

/** The SDK reads cut XML as far as it goes, and a list that is cut is a list that is shorter. */
const checkComplete = (body: Uint8Array, contentType: string | undefined): void => {
  if (contentType === undefined || !/xml/i.test(contentType) || body.length === 0) return;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const root = /^\uFEFF?\s*(?:<\?[^>]*\?>\s*)?<([\w:.-]+)/.exec(text.toString('utf8', 0, 500))?.[1];
  const end = text.toString('utf8', Math.max(0, text.length - 200)).trimEnd();
  if (root === undefined || (!end.endsWith(`</${root}>`) && !/^[^<]*<[^<]*\/>$/.test(end)))
    throw new SyntaxError('The response is truncated XML.');
};

/** What the SDK's clients ask of the handler that they share. */
export interface Transport {
  handle(request: HttpRequest): Promise<{ readonly response: HttpResponse }>;
  /** Whether a connection to the host, as `hostOf` names it, is open and idle. */
  isFree(host: string): boolean;
  /** How many connections were opened so far, and the last Retry-After that an answer carried. */
  seen(): { readonly connections: number; readonly retryAfter: string | null };
  /** Closes all connections. */
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Readonly<Record<string, never>>;
}

/** Sends one request and reads its answer to the end; breaks the connection where that takes too long, or the answer is too large. */
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

/** Headers as the SDK wants them; only `set-cookie` comes as a list. */
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

/** How the agent's names of the connections to a host begin. */
export const hostOf = ({ protocol, hostname, port }: Host): string =>
  `${hostname}:${String(port ?? (protocol === 'https:' ? 443 : 80))}:`;

type Sockets = NodeJS.ReadOnlyDict<readonly Socket[]>;
/** What is destroyed stays in the agent's lists until it is closed. */
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

/** An agent bounds the connections to each host; this bounds them in all: an idle one to another host makes room. */
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
  /** How long an answer may take. Default: `responseTimeoutMs`. */
  readonly withinMs?: number;
  readonly caBundle?: CaBundle | null;
  /** Hears the Date of each answer. */
  readonly onDate?: (date: string) => void;
}

/** A handler for all clients, whose answers come with their bodies read. Throws `UsageError` for a bad bundle. */
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
