/**
 * What a CloudFormation template is to its generators: plain data, comments by path, and the choices that fill it in.
 */

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export interface Template {
  readonly body: { readonly Description: string } & JsonObject;
  /** By path from the top, joined by `/`; the empty path is the head of the file. Lines without a comment mark. */
  readonly comments: Readonly<Record<string, readonly string[]>>;
}

export const stackSets = ['role', 'setting', 'single', 'registered', 'automation'] as const;
export type SetName = (typeof stackSets)[number];

/** What happens to role and setting when a stack is deleted. */
export const deletions = ['retain', 'reset'] as const;
export type OnDelete = (typeof deletions)[number];

export interface TemplateChoices {
  /** `/` or `/service-role/` … */
  readonly rolePath: string;
  readonly roleName: string;
  /** `[path/]name` of a policy in each account, an ARN, or null. */
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Enabled in every account: where a stack set makes what there is once per account. */
  readonly mainRegion: string;
  readonly onDelete: OnDelete;
}

export { managedByTag } from '../iam/role-names.ts';

export const grantPolicyName = 'AmazonSSMManagedEC2InstanceDefaultPolicy';

/** The path of a role in a setting's value: `service-role/` or nothing. */
export const valuePath = (rolePath: string): string => rolePath.slice(1);

/** What the setting holds: what follows `:role/` in the role's ARN. */
export const settingValue = ({ rolePath, roleName }: TemplateChoices): string =>
  `${valuePath(rolePath)}${roleName}`;

export const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
export const ref = (name: string): JsonObject => ({ Ref: name });
/** The long form: emulators and older tools get the short one wrong inside `Fn::And`. */
export const condition = (name: string): JsonObject => ({ Condition: name });
export const either = (name: string, yes: Json, no: Json): JsonObject => ({
  'Fn::If': [name, yes, no],
});

export const templateVersion = '2010-09-09';
