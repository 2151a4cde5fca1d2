/** The server: all services and the control plane on one port of 127.0.0.1. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { changeInstance, instancesOf, restartAgent } from './fleet/instances.ts';
import { handleControl } from './control-api.ts';
import { createRequestLog } from './request-log.ts';
import { route } from './route.ts';
import { deployAutomatically } from './services/cloudformation/auto-deployment.ts';
import { settle } from './services/cloudformation/engine.ts';
import { changeAccountState, joinAccount, moveAccount, removeAccount } from './state/membership.ts';
import type { Sandbox, StartOptions } from './sandbox.ts';
import {
  accountOf,
  clockOf,
  newState,
  nowOf,
  putRole,
  putSetting,
  removeRole,
  roleNamed,
  snapshot,
} from './state/state.ts';
import { createFaultInjector } from './faults.ts';

/** The maximum size of a request, in bytes. AWS's own requests are far smaller. */
const maxBytes = 1_000_000;

/** Starts a sandbox and waits until it listens. Rejects if the port is taken or the world is inconsistent. */
export async function startSandbox({
  world,
  port = 0,
  latencyMs,
  complain = () => undefined,
  warn = () => undefined,
}: StartOptions): Promise<Sandbox> {
  if (world.temper !== undefined)
    warn('The world has "temper". It is now called "behavior"; rename the member.');
  const state = newState(world);
  if (latencyMs !== undefined) state.behavior = { ...state.behavior, latencyMs };
  const injector = createFaultInjector(state);
  const book = createRequestLog(complain);

  const server = createServer(
    { keepAliveTimeout: 120_000, requestTimeout: 0, connectionsCheckingInterval: 3_600_000 },
    (request, response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) request.destroy();
        else chunks.push(chunk);
      });
      request.on('end', () => {
        handle(
          request,
          response,
          chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
        );
      });
      request.on('error', () => undefined);
    },
  );

  const handle = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    if (path.startsWith('/_sandbox/')) {
      handleControl(
        sandbox,
        { request, name: path.slice('/_sandbox/'.length), body: body.toString(), warn },
        response,
      );
      return;
    }
    book.opened();
    response.once('close', book.closed);
    const signed = {
      method: request.method ?? '',
      path,
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers: request.headers,
      body,
    };
    const outcome = route(state, injector, signed);
    book.record(outcome);
    const { answer } = outcome;
    if (answer === 'hang') return;
    const send = (): void => {
      if (answer === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      response.sendDate = false;
      response.writeHead(answer.status, {
        ...answer.headers,
        ...(state.behavior.dateHeader === false ? {} : { date: httpDate(clockOf(state)) }),
        'content-length': Buffer.byteLength(answer.body),
      });
      response.end(answer.body);
    };
    if (outcome.latencyMs > 0) setTimeout(send, outcome.latencyMs);
    else send();
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  const caller = world.callers[0];
  const region = state.regions.default.includes('us-east-1')
    ? 'us-east-1'
    : (state.regions.default[0] ?? 'us-east-1');

  /** The state after everything that is due by now. */
  const present = (): typeof state => {
    settle(state, nowOf(state));
    return state;
  };

  const sandbox: Sandbox = {
    url,
    port: address.port,
    env: {
      AWS_ENDPOINT_URL: url,
      ...(caller === undefined
        ? {}
        : { AWS_ACCESS_KEY_ID: caller.accessKeyId, AWS_SECRET_ACCESS_KEY: caller.secretAccessKey }),
      ...(caller?.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: caller.sessionToken }),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    snapshot: () => snapshot(present()),
    setting: (account, at) => accountOf(present(), account).settings.now.get(at) ?? null,
    role: (account, name) => roleNamed(accountOf(present(), account), name) ?? null,
    setSetting: (account, at, setting) => {
      putSetting(present(), accountOf(state, account), at, setting ?? undefined);
    },
    setRole: (account, role) => {
      putRole(present(), accountOf(state, account), role);
    },
    removeRole: (account, name) => {
      removeRole(present(), accountOf(state, account), name);
    },
    join: (account) => {
      joinAccount(present(), account);
      deployAutomatically(state, account.id, nowOf(state));
    },
    move: (account, parent) => {
      moveAccount(present(), account, parent);
      deployAutomatically(state, account, nowOf(state));
    },
    leave: (account) => {
      removeAccount(present(), account);
      deployAutomatically(state, account, nowOf(state));
    },
    setAccountState: (account, next) => {
      changeAccountState(present(), account, next);
    },
    instances: (account, at) =>
      instancesOf(accountOf(state, account), at).map(
        ({ id, name, spec: { count: _, ...spec } }) => ({
          ...spec,
          id,
          ...(name === undefined ? {} : { name }),
        }),
      ),
    setInstance: (account, at, change) => {
      changeInstance(
        { state, account: accountOf(state, account), region: at },
        change,
        nowOf(state),
      );
    },
    restartAgent: (account, at, id) => {
      restartAgent({ state, account: accountOf(state, account), region: at }, id, nowOf(state));
    },
    behavior: () => state.behavior,
    setBehavior: (behavior) => {
      present().behavior = behavior;
    },
    advance: (ms) => {
      state.advancedMs += ms;
    },
    requests: book.requests,
    log: book.log,
    switchLog: book.switchLog,
    resetRequests: book.reset,
    complaints: book.complaints,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return sandbox;
}

let lastSecond = 0;
let lastDate = '';
/** The value of the Date header, formatted once per second. */
function httpDate(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastDate = new Date(now).toUTCString();
  }
  return lastDate;
}
