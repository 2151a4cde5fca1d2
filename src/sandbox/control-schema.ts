/** The shape of requests to the control plane. */
import * as v from 'valibot';
import { fleetInstance, instanceId } from './worlds/fleet-schema.ts';
import {
  accountId,
  accountState,
  behavior,
  fault,
  region,
  role,
  setting,
} from './worlds/schema.ts';

const inRegion = ['setting', 'instance', 'restartAgent'] as const;

const change = v.pipe(
  v.strictObject({
    account: accountId,
    region: v.exactOptional(region),
    setting: v.exactOptional(v.nullable(setting)),
    role: v.exactOptional(role),
    removeRole: v.exactOptional(v.string()),
    state: v.exactOptional(accountState),
    instance: v.exactOptional(v.strictObject({ ...fleetInstance.entries, id: instanceId })),
    restartAgent: v.exactOptional(instanceId),
  }),
  v.check(
    (given) => given.region !== undefined || inRegion.every((name) => given[name] === undefined),
    'must name the region',
  ),
);

const changes = v.array(change);

/**
 * The schemas of request bodies, by the request's name. The bodies of `join`, `move` and `leave` are checked in
 * `control-api.ts`; other requests have no body.
 */
export const controlBodies = {
  log: v.union([v.boolean(), v.null()]),
  behavior,
  temper: behavior,
  faults: v.array(fault),
  advance: v.strictObject({ ms: v.pipe(v.number(), v.finite('must be a number')) }),
  // Not a union: its errors would not name the wrong member.
  set: v.lazy((given): typeof change | typeof changes => (Array.isArray(given) ? changes : change)),
} as const;

export type ControlBodies = {
  readonly [N in keyof typeof controlBodies]: v.InferOutput<(typeof controlBodies)[N]>;
};

/** Checks the body of a request. Returns the body, or a description of the problem. */
export function readBody<N extends keyof ControlBodies>(
  name: N,
  given: unknown,
): { readonly body: ControlBodies[N] } | { readonly problem: string } {
  const parsed = v.safeParse(controlBodies[name], given);
  if (parsed.success) return { body: parsed.output as ControlBodies[N] };
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  return { problem: `${path === null ? 'The body' : path}: ${issue.message}` };
}
