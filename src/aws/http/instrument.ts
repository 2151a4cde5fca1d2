/** Changes the middleware of every client: each attempt passes one function, and equal inputs are serialized once. */
import { HttpRequest } from '@smithy/core/protocols';
import type { SignableRequest } from './signing.ts';

/** A request with its host. */
export interface Outgoing extends SignableRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}
export const isOutgoing = (request: unknown): request is Outgoing =>
  typeof request === 'object' && request !== null && 'hostname' in request;

/** The part of the SDK's middleware stack that is used here. */
interface Handling {
  readonly commandName?: string;
}
interface Args {
  readonly input: object;
  readonly request?: unknown;
}
type Next = (args: Args) => Promise<unknown>;
type Middleware = (next: Next, handling: Handling) => Next;
interface Stack {
  remove(name: string): boolean;
  add(
    middleware: Middleware,
    options: { readonly step: 'initialize'; readonly priority: 'high'; readonly name: string },
  ): void;
  addRelativeTo(
    middleware: Middleware,
    options: {
      readonly relation: 'before' | 'after';
      readonly toMiddleware: string;
      readonly name: string;
    },
  ): void;
}

/**
 * A request that was serialized but not signed, with the rest of its middleware: retries, signature, sending and
 * parsing.
 */
interface Unsigned {
  /** The serialized input, as JSON. */
  readonly input: string;
  readonly request: HttpRequest;
  readonly send: Next;
}

const copyOf = (request: HttpRequest): HttpRequest =>
  new HttpRequest({ ...request, headers: { ...request.headers } });

const userAgent = `dhmc aws-sdk-js/3 lang/js md/nodejs#${process.versions.node}`;

/** Middleware that this program does not need: it costs time for each call. */
const removedMiddleware = [
  'loggerMiddleware',
  'recursionDetectionMiddleware',
  'getUserAgentMiddleware',
];

/** Sends one attempt of a call, given its input, the command's name and the request. */
export type SendTry = (
  of: { readonly input: object; readonly commandName: string | undefined },
  request: Outgoing,
  send: () => Promise<unknown>,
) => Promise<unknown>;

/** Makes a client send every attempt of every call with `sendTry`. */
export function instrument<C extends { readonly middlewareStack: unknown }>(
  client: C,
  sendTry: SendTry,
): C {
  const stack = client.middlewareStack as Stack;
  for (const name of removedMiddleware) stack.remove(name);
  serializeOnce(stack);
  stack.addRelativeTo(
    (next, { commandName }) =>
      (args) => {
        const { input, request } = args;
        if (!isOutgoing(request)) throw new Error('A call was sent past the wire.');
        request.headers['user-agent'] = userAgent;
        return sendTry({ input, commandName }, request, () => next(args));
      },
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'dhmcTry' },
  );
  return client;
}

/**
 * Serializes calls once if only their credentials differ. The last unsigned request is kept for each handler context.
 */
function serializeOnce(stack: Stack): void {
  const unsigned = new WeakMap<object, Unsigned>();
  stack.add(
    (next, handling) => (args) => {
      const sameInput = unsigned.get(handling);
      if (sameInput?.input !== JSON.stringify(args.input)) return next(args);
      return sameInput.send({ ...args, request: copyOf(sameInput.request) });
    },
    { step: 'initialize', priority: 'high', name: 'dhmcAlike' },
  );
  stack.addRelativeTo(
    (next, handling) => (args) => {
      if (HttpRequest.isInstance(args.request))
        unsigned.set(handling, {
          input: JSON.stringify(args.input),
          request: copyOf(args.request),
          send: next,
        });
      return next(args);
    },
    { relation: 'before', toMiddleware: 'retryMiddleware', name: 'dhmcUnsigned' },
  );
}
