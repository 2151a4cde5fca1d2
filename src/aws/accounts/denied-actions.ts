/** Finds the other actions of a plan that an account does not allow the role or caller, after one was denied. */
import type { PermissionQuestion } from '../../run/cloud.ts';
import { requiredPermissions } from '../permissions/required.ts';
import type { AccessOptions } from './calls.ts';
import { findPrincipalArn, simulate } from './simulate.ts';

export async function deniedActions(
  access: AccessOptions,
  { actions, region, permissionsBoundary, newRoleTags }: PermissionQuestion,
): Promise<readonly string[]> {
  const { partition, account, dhmcRole, homeRegion } = access;
  const asked = region ?? homeRegion;
  const needs = requiredPermissions({
    partition,
    account,
    region: asked,
    dhmcRole,
    permissionsBoundary,
    homeRegion,
    newRoleTags,
  }).filter(({ action }) => actions.includes(action));
  const permissions = await simulate(access, await findPrincipalArn(access), needs, asked);
  if (!permissions.known) return [];
  return [
    ...new Set(permissions.value.flatMap(({ action, allowed }) => (allowed ? [] : [action]))),
  ];
}
