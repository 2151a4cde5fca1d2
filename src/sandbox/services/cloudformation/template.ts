/** Parses a template and checks that CloudFormation and the sandbox accept it. */
import { parseDocument } from 'yaml';
import type { CollectionTag, ScalarTag, Tags } from 'yaml';
import { AwsError, unsupported } from '../../protocols/aws-error.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export interface TemplateParameter {
  readonly type: string;
  readonly default?: string;
  readonly description?: string;
  readonly noEcho: boolean;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

export const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;
export type DeletionPolicy = (typeof deletionPolicies)[number];

export interface TemplateResource {
  readonly type: string;
  readonly condition?: string;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: DeletionPolicy;
  readonly retainReplaced: boolean;
  readonly properties: JsonObject;
}

export interface Template {
  readonly text: string;
  readonly description?: string;
  readonly transforms: readonly string[];
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly conditions: ReadonlyMap<string, Json>;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, { readonly value: Json; readonly condition?: string }>;
}

export const validationError = (message: string): AwsError =>
  new AwsError('ValidationError', message);
const formatError = (message: string): AwsError =>
  validationError(`Template format error: ${message}`);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const functions = ['Sub', 'GetAtt', 'If', 'Equals', 'And', 'Or', 'Not', 'Join', 'Select', 'Split'];

/** Parses `!Sub` and the other short forms as their long forms. */
const shortForms: Tags = [...functions, 'Ref', 'Condition'].flatMap((name) => {
  const long = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  const scalar: ScalarTag = {
    tag,
    resolve: (text) => ({
      [long]: name === 'GetAtt' && text.includes('.') ? splitOnce(text, '.') : text,
    }),
  };
  const collection = (kind: 'seq' | 'map'): CollectionTag => ({
    tag,
    collection: kind,
    resolve: (value) => ({ [long]: value.toJSON() as unknown }),
  });
  return [scalar, collection('seq'), collection('map')];
});

const splitOnce = (text: string, by: string): readonly [string, string] => {
  const at = text.indexOf(by);
  return [text.slice(0, at), text.slice(at + by.length)];
};

/** Parses a text as plain data. Nested short forms become YAML nodes, which the JSON round trip converts. */
function readText(text: string): unknown {
  try {
    if (text.trimStart().startsWith('{')) return JSON.parse(text);
    const document = parseDocument(text, { customTags: shortForms, schema: 'core' });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const unexpected = /Unresolved tag: (!\w+)/.exec(document.warnings[0]?.message ?? '')?.[1];
    if (unexpected !== undefined) throw unsupported(`the function ${unexpected}`);
    return JSON.parse(JSON.stringify(document.toJS())) as unknown;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const line = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw formatError(
      text.trimStart().startsWith('{')
        ? `JSON not well-formed. ${line}`
        : `YAML not well-formed. ${line}`,
    );
  }
}

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Conditions',
  'Resources',
  'Outputs',
  'Transform',
];

/**
 * Parses a template. Throws a `ValidationError` if CloudFormation rejects it, and `SandboxUnsupported` if the sandbox
 * does not support it.
 */
export function parseTemplate(text: string, known: ReadonlySet<string>): Template {
  if (Buffer.byteLength(text) > 51_200) {
    throw validationError(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    );
  }
  const data = readText(text);
  if (!isObject(data)) throw formatError('unsupported structure.');
  const unexpected = Object.keys(data).find((name) => !sections.includes(name));
  if (unexpected !== undefined) {
    if (['Mappings', 'Rules'].includes(unexpected)) throw unsupported(`the section ${unexpected}`);
    throw validationError(`Invalid template property or properties [${unexpected}]`);
  }
  const resources = section(data, 'Resources', readResource);
  if (resources.size === 0) throw formatError('At least one Resources member must be defined.');
  const template: Template = {
    text,
    ...(typeof data['Description'] === 'string' ? { description: data['Description'] } : {}),
    transforms: textsOf(data['Transform']),
    parameters: section(data, 'Parameters', readParameter),
    conditions: section(data, 'Conditions', (_, value) => value),
    resources,
    outputs: section(data, 'Outputs', readOutput),
  };
  checkTypes(template, known);
  checkReferences(template);
  return template;
}

function section<T>(
  data: JsonObject,
  name: string,
  read: (key: string, value: Json) => T,
): ReadonlyMap<string, T> {
  const value = data[name];
  if (value === undefined || value === null) return new Map();
  if (!isObject(value)) throw formatError(`${name} must be an object.`);
  return new Map(Object.entries(value).map(([key, each]) => [key, read(key, each)]));
}

const textsOf = (value: Json | undefined): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.filter((each): each is string => typeof each === 'string')
      : [];

const scalarText = (value: Json): string => (typeof value === 'object' ? '' : String(value));

function readParameter(name: string, value: Json): TemplateParameter {
  if (!isObject(value) || typeof value['Type'] !== 'string')
    throw formatError(`Every Parameters member must contain a Type: ${name}.`);
  if (value['Type'] !== 'String' && value['Type'] !== 'Number')
    throw unsupported(`the parameter type ${value['Type']}`);
  const { Default, Description, NoEcho, AllowedValues, AllowedPattern } = value;
  return {
    type: value['Type'],
    noEcho: NoEcho === true || NoEcho === 'true',
    ...(Default === undefined ? {} : { default: scalarText(Default) }),
    ...(typeof Description === 'string' ? { description: Description } : {}),
    ...(Array.isArray(AllowedValues) ? { allowedValues: AllowedValues.map(scalarText) } : {}),
    ...(typeof AllowedPattern === 'string' ? { allowedPattern: AllowedPattern } : {}),
  };
}

const attributes = [
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];

function readResource(name: string, value: Json): TemplateResource {
  if (!isObject(value) || typeof value['Type'] !== 'string')
    throw formatError(`[/Resources/${name}] Every Resources object must contain a Type member.`);
  if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Resource name ${name} is non alphanumeric.`);
  const unexpected = Object.keys(value).find((attribute) => !attributes.includes(attribute));
  if (unexpected !== undefined)
    throw validationError(`Invalid template resource property '${unexpected}'`);
  const { Type, Properties = {}, Condition, DependsOn, UpdateReplacePolicy } = value;
  const policy = value['DeletionPolicy'] ?? 'Delete';
  const deletionPolicy = deletionPolicies.find((each) => each === policy);
  if (deletionPolicy === undefined)
    throw formatError(`Unrecognized DeletionPolicy ${scalarText(policy)} for resource ${name}`);
  if (!isObject(Properties)) throw formatError(`[/Resources/${name}/Properties] must be an object`);
  return {
    type: Type,
    ...(typeof Condition === 'string' ? { condition: Condition } : {}),
    dependsOn: textsOf(DependsOn),
    deletionPolicy,
    retainReplaced: UpdateReplacePolicy === 'Retain',
    properties: Properties,
  };
}

function readOutput(name: string, value: Json): { value: Json; condition?: string } {
  if (!isObject(value) || value['Value'] === undefined)
    throw formatError(`Every Outputs member must contain a Value object: ${name}`);
  return {
    value: value['Value'],
    ...(typeof value['Condition'] === 'string' ? { condition: value['Condition'] } : {}),
  };
}

function checkTypes({ resources }: Template, known: ReadonlySet<string>): void {
  for (const { type } of resources.values()) {
    if (known.has(type) || type === 'AWS::CloudFormation::Stack') continue;
    throw unsupported(`the resource type ${type}; it knows ${[...known].join(', ')}`);
  }
}

const pseudo = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** Throws if a function refers to an unknown name. */
function checkReferences(template: Template): void {
  const isNamed = (name: string): boolean =>
    pseudo.has(name) || template.parameters.has(name) || template.resources.has(name);
  const requireNamed = (name: string): void => {
    if (!isNamed(name))
      throw formatError(
        `Unresolved resource dependencies [${name}] in the Resources block of the template`,
      );
  };
  const requireCondition = (name: string): void => {
    if (!template.conditions.has(name))
      throw formatError(`Unresolved condition dependencies [${name}] in the template`);
  };
  const walk = (value: Json): void => {
    if (isList(value)) value.forEach(walk);
    else if (isObject(value)) {
      for (const [name, argument] of Object.entries(value)) {
        if (name === 'Ref' && typeof argument === 'string') requireNamed(argument);
        if (name === 'Fn::If' && isList(argument)) requireCondition(scalarText(argument[0] ?? ''));
        if (name.startsWith('Fn::') && !functions.includes(name.slice(4)))
          throw unsupported(`the function ${name}`);
        if (name === 'Fn::GetAtt')
          requireNamed(
            scalarText(
              isList(argument) ? (argument[0] ?? '') : splitOnce(scalarText(argument), '.')[0],
            ),
          );
        if (name === 'Fn::Sub') {
          const [text, given] = isList(argument) ? argument : [argument];
          const own = isObject(given ?? null) ? Object.keys(given as JsonObject) : [];
          for (const [, inner = ''] of scalarText(text ?? '').matchAll(/\$\{([^!}][^}]*)\}/g))
            if (!own.includes(inner)) requireNamed(splitOnce(`${inner}.`, '.')[0]);
        }
        walk(argument);
      }
    }
  };
  for (const value of template.conditions.values()) walk(value);
  for (const { properties, condition, dependsOn } of template.resources.values()) {
    if (condition !== undefined) requireCondition(condition);
    dependsOn.forEach((name) => {
      if (!template.resources.has(name)) requireNamed(`${name}`);
    });
    walk(properties);
  }
  for (const { value, condition } of template.outputs.values()) {
    if (condition !== undefined) requireCondition(condition);
    walk(value);
  }
}

/** The values of a template's parameters. Throws a `ValidationError` for invalid ones. */
export function parameterValues(
  { parameters }: Template,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const unexpected = [...given.keys()].filter((name) => !parameters.has(name));
  if (unexpected.length > 0)
    throw validationError(`Parameters: [${unexpected.join(', ')}] do not exist in the template`);
  const missing = [...parameters]
    .filter(([name, parameter]) => !given.has(name) && parameter.default === undefined)
    .map(([name]) => name);
  if (missing.length > 0)
    throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  const values = new Map<string, string>();
  for (const [name, parameter] of parameters) {
    const value = given.get(name) ?? parameter.default ?? '';
    const { allowedValues, allowedPattern } = parameter;
    if (allowedValues !== undefined && !allowedValues.includes(value))
      throw validationError(`Parameter '${name}' must be one of AllowedValues`);
    if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value))
      throw validationError(
        `Parameter ${name} failed to satisfy constraint: must match pattern ${allowedPattern}`,
      );
    values.set(name, value);
  }
  return values;
}
