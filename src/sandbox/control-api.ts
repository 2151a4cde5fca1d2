/**
 * The control plane, for tests of a program in another process: look into the world, change it by another hand, set knobs.
 * It asks for no signature, so it answers only to a Host header of this machine: no web page can reach it by a name of its own.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InstanceChange, Sandbox } from './sandbox.ts';
import { MembershipError } from './state/membership.ts';
import { checkAccount, WorldError } from './worlds/file.ts';
import type { Role, Setting, Behavior } from './world.ts';

interface Change {
  readonly account: string;
  readonly region?: string;
  readonly setting?: Setting | null;
  readonly role?: Role;
  readonly removeRole?: string;
  /** An instance of the region: what changes, or a new one. */
  readonly instance?: InstanceChange;
  /** The instance of the region whose agent starts again. */
  readonly restartAgent?: string;
}

interface ControlRequest {
  readonly request: IncomingMessage;
  /** What comes after `/_sandbox/`. */
  readonly name: string;
  readonly body: string;
  /** Hears of former names that were used. */
  readonly warn: (warning: string) => void;
}

export function handleControl(
  sandbox: Sandbox,
  { request, name, body, warn }: ControlRequest,
  response: ServerResponse,
): void {
  const answer = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    answer(403, { error: 'The control plane answers to 127.0.0.1 alone.' });
    return;
  }
  if (name === 'temper') {
    const renamed = '/_sandbox/temper is now called /_sandbox/behavior.';
    response.setHeader('warning', `299 - "${renamed}"`);
    warn(renamed);
  }
  let given: unknown = null;
  try {
    if (body !== '') given = JSON.parse(body);
  } catch {
    answer(400, { error: 'The body is not JSON.' });
    return;
  }
  switch (`${request.method ?? ''} ${name}`) {
    case 'GET snapshot':
      answer(200, sandbox.snapshot());
      return;
    case 'GET requests':
      answer(200, sandbox.requests());
      return;
    case 'GET log':
      answer(200, sandbox.log());
      return;
    case 'GET complaints':
      answer(200, sandbox.complaints());
      return;
    case 'GET behavior':
    case 'GET temper':
      answer(200, sandbox.behavior());
      return;
    case 'POST requests/reset':
      sandbox.resetRequests();
      break;
    case 'POST log':
      sandbox.switchLog(given !== false);
      break;
    case 'POST behavior':
    case 'POST temper':
      sandbox.setBehavior(given as Behavior);
      break;
    case 'POST faults':
      sandbox.setBehavior({
        ...sandbox.behavior(),
        faults: given as NonNullable<Behavior['faults']>,
      });
      break;
    case 'POST advance':
      sandbox.advance((given as { readonly ms: number }).ms);
      break;
    case 'POST set': {
      for (const change of Array.isArray(given)
        ? (given as readonly Change[])
        : [given as Change]) {
        if (change.region !== undefined && change.setting !== undefined)
          sandbox.setSetting(change.account, change.region, change.setting);
        if (change.role !== undefined) sandbox.setRole(change.account, change.role);
        if (change.region !== undefined && change.instance !== undefined)
          sandbox.setInstance(change.account, change.region, change.instance);
        if (change.region !== undefined && change.restartAgent !== undefined)
          sandbox.restartAgent(change.account, change.region, change.restartAgent);
        if (change.removeRole !== undefined) sandbox.removeRole(change.account, change.removeRole);
      }
      break;
    }
    case 'POST join':
    case 'POST move':
    case 'POST leave':
      changeMembership(sandbox, name, given).then(
        () => answer(200, {}),
        (error: unknown) => {
          if (error instanceof MembershipError || error instanceof WorldError)
            answer(400, { error: error.message });
          else answer(500, { error: String(error) });
        },
      );
      return;
    default:
      answer(404, { error: `The control plane does not know ${request.method ?? ''} ${name}.` });
      return;
  }
  answer(200, {});
}

/** An account joins, moves or leaves. Throws where the request cannot be read, or cannot be done. */
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
