/**
 * The control plane, for tests of a program in another process: it reads the world, changes it and sets knobs. It
 * needs no signature. Therefore it accepts only requests to 127.0.0.1 or localhost, and none from web pages of
 * another origin.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlBodies } from './control-schema.ts';
import { UnknownInstance } from './fleet/instances.ts';
import type { Sandbox } from './sandbox.ts';
import { MembershipError } from './state/membership.ts';
import { checkAccount, WorldError } from './worlds/file.ts';

interface ControlRequest {
  readonly request: IncomingMessage;
  /** The path after `/_sandbox/`. */
  readonly name: string;
  readonly body: string;
  /** Receives a warning for each use of a former name. */
  readonly warn: (warning: string) => void;
}

interface ControlAnswer {
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request to the control plane. */
export function handleControl(
  sandbox: Sandbox,
  given: ControlRequest,
  response: ServerResponse,
): void {
  const send = ({ status, value, headers }: ControlAnswer): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
  control(sandbox, given).then(send, (error: unknown) => {
    const readable = [MembershipError, WorldError, UnknownInstance].some(
      (kind) => error instanceof kind,
    );
    send({
      status: readable ? 400 : 500,
      value: { error: error instanceof Error ? error.message : String(error) },
    });
  });
}

const ours = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Whether the request is to another host than 127.0.0.1 or localhost, or from a web page of another origin. */
function isForeign({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  if (!ours.test(host)) return true;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

async function control(
  sandbox: Sandbox,
  { request, name, body, warn }: ControlRequest,
): Promise<ControlAnswer> {
  if (isForeign(request))
    return { status: 403, value: { error: 'The control plane answers only to 127.0.0.1.' } };
  let headers = {};
  if (name === 'temper') {
    const renamed = '/_sandbox/temper is now called /_sandbox/behavior.';
    headers = { warning: `299 - "${renamed}"` };
    warn(renamed);
  }
  let given: unknown = null;
  try {
    if (body !== '') given = JSON.parse(body);
  } catch {
    return { status: 400, value: { error: 'The body is not JSON.' }, headers };
  }
  const unknown = { error: `The control plane does not know ${request.method ?? ''} ${name}.` };
  if (request.method === 'GET') {
    const value = look(sandbox, name);
    return value === undefined ? { status: 404, value: unknown } : { status: 200, value, headers };
  }
  if (request.method !== 'POST') return { status: 404, value: unknown };
  if (name === 'requests/reset') sandbox.resetRequests();
  else if (name === 'join' || name === 'move' || name === 'leave')
    await changeMembership(sandbox, name, given);
  else {
    const { controlBodies, readBody } = await import('./control-schema.ts');
    if (!Object.hasOwn(controlBodies, name)) return { status: 404, value: unknown };
    const known = name as keyof ControlBodies;
    const read = readBody(known, given);
    if ('problem' in read) return { status: 400, value: { error: read.problem }, headers };
    apply(sandbox, { [known]: read.body });
  }
  return { status: 200, value: {}, headers };
}

function look(sandbox: Sandbox, name: string): unknown {
  switch (name) {
    case 'snapshot':
      return sandbox.snapshot();
    case 'requests':
      return sandbox.requests();
    case 'log':
      return sandbox.log();
    case 'complaints':
      return sandbox.complaints();
    case 'behavior':
    case 'temper':
      return sandbox.behavior();
    default:
      return undefined;
  }
}

function apply(sandbox: Sandbox, given: Partial<ControlBodies>): void {
  const { log, behavior = given.temper, faults, advance, set } = given;
  if (log !== undefined) sandbox.switchLog(log !== false);
  if (behavior !== undefined) sandbox.setBehavior(behavior);
  if (faults !== undefined) sandbox.setBehavior({ ...sandbox.behavior(), faults });
  if (advance !== undefined) sandbox.advance(advance.ms);
  if (set === undefined) return;
  for (const change of Array.isArray(set) ? set : [set]) {
    const { account, region } = change;
    if (region !== undefined) {
      if (change.setting !== undefined) sandbox.setSetting(account, region, change.setting);
      if (change.instance !== undefined) sandbox.setInstance(account, region, change.instance);
      if (change.restartAgent !== undefined)
        sandbox.restartAgent(account, region, change.restartAgent);
    }
    if (change.state !== undefined) sandbox.setAccountState(account, change.state);
    if (change.role !== undefined) sandbox.setRole(account, change.role);
    if (change.removeRole !== undefined) sandbox.removeRole(account, change.removeRole);
  }
}

/** Makes an account join, move in or leave the organization. Throws if the request is malformed or cannot be done. */
async function changeMembership(sandbox: Sandbox, name: string, given: unknown): Promise<void> {
  const { account, parent } = (given ?? {}) as { account?: unknown; parent?: unknown };
  if (name === 'join') {
    const root = sandbox.snapshot().organization.rootId;
    const data = typeof account === 'object' ? { parent: root, ...account } : account;
    sandbox.join(await checkAccount(data));
    return;
  }
  if (typeof account !== 'string')
    throw new MembershipError('"account" must be the id of an account.');
  if (name === 'leave') return sandbox.leave(account);
  if (typeof parent !== 'string')
    throw new MembershipError('"parent" must be the id of the root or of a unit.');
  sandbox.move(account, parent);
}
