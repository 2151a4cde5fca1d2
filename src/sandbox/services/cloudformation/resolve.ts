/** Resolves a template for one account and region: evaluates conditions and functions, and orders the resources. */
import { unsupported } from '../../protocols/aws-error.ts';
import {
  isList,
  isObject,
  validationError,
  type DeletionPolicy,
  type Json,
  type JsonObject,
  type Template,
} from './template.ts';

/** The account, region and name of a stack. */
export interface StackPlace {
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly account: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
}

/** A resource with its resolved properties. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly deletionPolicy: DeletionPolicy;
  readonly retainReplaced: boolean;
}

export interface Resolved {
  /** Sorted so that each resource comes after those that it refers to. */
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** The value of `Ref` (for the empty name) or `Fn::GetAtt`; undefined if the resource has no such attribute. */
export type AttributeOf = (
  resource: Resource,
  name: string,
  place: StackPlace,
) => string | undefined;

const noValue = Symbol('AWS::NoValue');
type Value = Json | typeof noValue;

/** Resolves a template. Throws a `ValidationError` if that is not possible. */
export function resolveTemplate(
  template: Template,
  parameters: ReadonlyMap<string, string>,
  place: StackPlace,
  attributeOf: AttributeOf,
): Resolved {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': place.account,
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
    'AWS::StackId': place.stackId,
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': place.dnsSuffix,
  };
  const conditions = new Map<string, boolean>();
  const resources = new Map<string, Resource>();
  const underWay = new Set<string>();

  const isTrue = (name: string): boolean => {
    let value = conditions.get(name);
    if (value === undefined) {
      value = decide(template.conditions.get(name) ?? null);
      conditions.set(name, value);
    }
    return value;
  };
  const decide = (value: Json): boolean => {
    if (!isObject(value)) throw validationError('Template error: a condition must be a function.');
    const [[name = '', argument = null] = []] = Object.entries(value);
    const list = isList(argument) ? argument : [argument];
    switch (name) {
      case 'Condition':
        return isTrue(text(argument));
      case 'Fn::Equals':
        return JSON.stringify(plain(list[0] ?? '')) === JSON.stringify(plain(list[1] ?? ''));
      case 'Fn::And':
        return list.every(decide);
      case 'Fn::Or':
        return list.some(decide);
      case 'Fn::Not':
        return !decide(list[0] ?? null);
      default:
        throw unsupported(`the condition function ${name}`);
    }
  };

  const reference = (name: string, attribute: string): string => {
    const resource = resourceNamed(name);
    const value = attributeOf(resource, attribute, place);
    if (value === undefined)
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    return value;
  };
  const ref = (name: string): Value => {
    if (name === 'AWS::NoValue') return noValue;
    return pseudo[name] ?? parameters.get(name) ?? reference(name, '');
  };
  const evaluate = (value: Json): Value => {
    if (isList(value)) return value.map(evaluate).filter((each): each is Json => each !== noValue);
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', null] as const] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::')))
      return call(name, argument);
    const members = entries.flatMap(([key, each]) => {
      const member = evaluate(each);
      return member === noValue ? [] : [[key, member] as const];
    });
    return Object.fromEntries(members);
  };
  const call = (name: string, argument: Json): Value => {
    const list = isList(argument) ? argument : [argument];
    const at = (index: number): Json => list[index] ?? '';
    switch (name) {
      case 'Ref':
        return ref(text(argument));
      case 'Fn::If':
        return evaluate(isTrue(text(at(0))) ? at(1) : at(2));
      case 'Fn::GetAtt': {
        const parts = isList(argument) ? argument.map(text) : text(argument).split('.');
        return reference(parts[0] ?? '', parts.slice(1).join('.'));
      }
      case 'Fn::Sub': {
        const own = isObject(at(1)) ? (at(1) as JsonObject) : {};
        return text(at(0)).replace(/\$\{([^}]+)\}/g, (_, inner: string) => {
          if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
          const given = own[inner];
          if (given !== undefined) return textOf(evaluate(given));
          const dot = inner.indexOf('.');
          return dot < 0
            ? textOf(ref(inner))
            : reference(inner.slice(0, dot), inner.slice(dot + 1));
        });
      }
      case 'Fn::Join': {
        const items = evaluate(at(1));
        return (isListValue(items) ? items : []).map(textOf).join(text(at(0)));
      }
      case 'Fn::Select': {
        const items = evaluate(at(1));
        const found = isListValue(items) ? items[Number(text(at(0)))] : undefined;
        if (found === undefined)
          throw validationError('Template error: Fn::Select cannot select nonexistent value');
        return found;
      }
      case 'Fn::Split':
        return textOf(evaluate(at(1))).split(text(at(0)));
      default:
        throw unsupported(`the function ${name} here`);
    }
  };
  const plain = (value: Json): Json => {
    const found = evaluate(value);
    return found === noValue ? '' : found;
  };

  const resourceNamed = (id: string): Resource => {
    const known = resources.get(id);
    if (known !== undefined) return known;
    const given = template.resources.get(id);
    if (given === undefined || (given.condition !== undefined && !isTrue(given.condition)))
      throw validationError(
        `Template format error: Unresolved resource dependencies [${id}] in the Resources block of the template`,
      );
    if (underWay.has(id))
      throw validationError(`Circular dependency between resources: [${[...underWay].join(', ')}]`);
    underWay.add(id);
    for (const other of given.dependsOn) {
      const { condition } = template.resources.get(other) ?? {};
      if (condition === undefined || isTrue(condition)) resourceNamed(other);
    }
    const properties = evaluate(given.properties);
    underWay.delete(id);
    const resource: Resource = {
      id,
      type: given.type,
      properties: isObject(properties) ? properties : {},
      deletionPolicy: given.deletionPolicy,
      retainReplaced: given.retainReplaced,
    };
    resources.set(id, resource);
    return resource;
  };

  for (const [id, { condition }] of template.resources)
    if (condition === undefined || isTrue(condition)) resourceNamed(id);
  const outputs: Record<string, string> = {};
  for (const [name, { value, condition }] of template.outputs)
    if (condition === undefined || isTrue(condition)) outputs[name] = textOf(plain(value));
  return { resources: [...resources.values()], outputs };
}

const text = (value: Json): string => (typeof value === 'object' ? '' : String(value));
const textOf = (value: Value): string =>
  typeof value === 'symbol' || (typeof value === 'object' && value !== null) ? '' : String(value);
const isListValue = (value: Value): value is readonly Json[] => Array.isArray(value);
