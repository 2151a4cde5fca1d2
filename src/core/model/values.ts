/** The value of a target: a string, a role with its trust policy, or null. */
import type { RoleValue, TargetValue } from './model.ts';

/** The text of a setting or grant; null for a role and for null. */
export const asText = (value: TargetValue): string | null =>
  typeof value === 'string' ? value : null;

/** The role; null for a text and for null. */
export const asRole = (value: TargetValue): RoleValue | null =>
  typeof value === 'string' ? null : value;

export const isRole = (value: TargetValue | undefined): value is RoleValue =>
  typeof value === 'object' && value !== null;

/** The name in a stack set's ARN: `<name>` of `arn:…:stackset/<name>:<uuid>`. */
export const nameOfSet = (arn: string): string => /:stackset\/([^:]+):/.exec(arn)?.[1] ?? arn;
