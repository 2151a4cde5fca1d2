/** A CloudFormation template as plain data with comments by path, and the choices from which it is made. */

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export interface Template {
  readonly body: { readonly Description: string } & JsonObject;
  /**
   * Lines of comments, without comment marks, by path from the top (joined by `/`). The empty path is the file's head.
   */
  readonly comments: Readonly<Record<string, readonly string[]>>;
}

export const stackSets = ['role', 'setting', 'single', 'registered', 'automation'] as const;
export type SetName = (typeof stackSets)[number];

/** What happens to the role and the setting when a stack is deleted. */
export const deletions = ['retain', 'reset'] as const;
export type OnDelete = (typeof deletions)[number];

export interface TemplateChoices {
  /** `/` or `/service-role/` … */
  readonly rolePath: string;
  readonly roleName: string;
  /** `[path/]name` of a policy in each account, an ARN, or null. */
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** The region, enabled in every account, in which a stack set creates what exists once per account. */
  readonly mainRegion: string;
  readonly onDelete: OnDelete;
}

export { managedByTag } from '../iam/role-names.ts';

export const grantPolicyName = 'AmazonSSMManagedEC2InstanceDefaultPolicy';

/** The path of a role in a setting's value: `service-role/` or an empty text. */
export const valuePath = (rolePath: string): string => rolePath.slice(1);

/** The setting's value: the part of the role's ARN after `:role/`. */
export const settingValue = ({ rolePath, roleName }: TemplateChoices): string =>
  `${valuePath(rolePath)}${roleName}`;

export const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
export const ref = (name: string): JsonObject => ({ Ref: name });
/** The long form, since emulators and older tools fail with the short one inside `Fn::And`. */
export const condition = (name: string): JsonObject => ({ Condition: name });
export const either = (name: string, yes: Json, no: Json): JsonObject => ({
  'Fn::If': [name, yes, no],
});

export const templateVersion = '2010-09-09';
