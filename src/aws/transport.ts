/**
 * The one HTTP handler of all clients: kept-alive connections, proxies, the certificate authorities that the user names,
 * and an end to every call, its body included.
 */
import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { UsageError } from '../core/errors.ts';

/** No call waits longer for its whole answer. */
export const answerWithinMs = 20_000;
const connectWithinMs = 10_000;
/** No answer of the operations that we call is as long. */
const longestAnswer = 8 * 1024 * 1024;

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Whether the environment names a proxy. */
export const usesProxy = (): boolean => proxyVariables.some((name) => (process.env[name] ?? '') !== '');

const certificateAuthorities = async (): Promise<{ readonly ca?: string }> => {
  const file = process.env['AWS_CA_BUNDLE'] ?? '';
  if (file === '') return {};
  try {
    return { ca: await readFile(file, 'utf8') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`AWS_CA_BUNDLE cannot be read: ${why}`, 'Point AWS_CA_BUNDLE at a readable PEM file, or unset it.');
  }
};

const agents = async (maxSockets: number): Promise<{ readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }> => {
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: 'lifo' as const };
  const withAuthorities = { ...options, ...(await certificateAuthorities()) };
  if (usesProxy()) {
    const { ProxyAgent } = await import('proxy-agent');
    // To a proxy, an http URL is written in full, which the agent does for new connections alone; https has its tunnel.
    const httpAgent = new ProxyAgent({ ...options, keepAlive: false });
    // A ProxyAgent is a node:http Agent that does for https what an https Agent does.
    return { httpAgent, httpsAgent: new ProxyAgent(withAuthorities) as unknown as HttpsAgent };
  }
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(withAuthorities) };
};

const timeout = (): Error =>
  Object.assign(new Error(`The answer was not complete within ${String(answerWithinMs / 1000)} seconds.`), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  });

/** Reads a body to its end; destroys it, and with it the connection, when it takes too long or is too large. */
const collect = (body: Readable, withinMs: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => body.destroy(timeout()), Math.max(1, withinMs));
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > longestAnswer) body.destroy(Object.assign(new SyntaxError('The answer is too large to be one.'), { $invalid: true }));
    });
    body.on('end', () => {
      clearTimeout(timer);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    });
    body.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    body.on('close', () => {
      clearTimeout(timer);
      reject(Object.assign(new Error('The connection was closed before the answer was complete.'), { code: 'ECONNRESET' }));
    });
  });

/** The SDK reads cut XML as far as it goes, and a list that is cut is a list that is shorter. */
const checkComplete = (body: Uint8Array, contentType: string | undefined): void => {
  if (contentType === undefined || !/xml/i.test(contentType) || body.length === 0) return;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const root = /^\uFEFF?\s*(?:<\?[^>]*\?>\s*)?<([\w:.-]+)/.exec(text.toString('utf8', 0, 500))?.[1];
  const end = text.toString('utf8', Math.max(0, text.length - 200)).trimEnd();
  if (root === undefined || (!end.endsWith(`</${root}>`) && !/^[^<]*<[^<]*\/>$/.test(end)))
    throw new SyntaxError('The answer is XML that is cut off.');
};

const isStream = (body: unknown): body is Readable => typeof body === 'object' && body !== null && 'pipe' in body;

/** A handler for all clients, whose answers come with their bodies read; `onDate` hears their Date. Destroying it closes all connections. */
export const makeTransport = async (
  maxSockets: number,
  withinMs = answerWithinMs,
  onDate?: (date: string) => void,
): Promise<NodeHttpHandler> => {
  const handler = new NodeHttpHandler({
    ...(await agents(maxSockets)),
    connectionTimeout: connectWithinMs,
    requestTimeout: withinMs,
    throwOnRequestTimeout: true,
    socketTimeout: 0,
    logger: { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const started = performance.now();
    const { response } = await handle(request, options);
    if (onDate !== undefined && response.headers['date'] !== undefined) onDate(response.headers['date']);
    const body: unknown = response.body;
    if (isStream(body)) {
      const whole = await collect(body, withinMs - (performance.now() - started));
      checkComplete(whole, response.headers['content-type']);
      response.body = whole;
    }
    return { response };
  };
  return handler;
};
