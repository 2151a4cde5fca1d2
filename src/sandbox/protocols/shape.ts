/**
 * The shapes of requests, with the constraints of AWS's service models, and the check of a request. A table of shapes
 * determines the type of the checked input, so handlers can read only declared members.
 */

interface Presence {
  readonly required?: boolean;
}
interface TextLimits extends Presence {
  readonly min?: number;
  readonly max?: number;
  /** Must match the whole text. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}
interface NumberLimits extends Presence {
  readonly min?: number;
  readonly max?: number;
}
interface ListLimits extends Presence {
  readonly min?: number;
  readonly max?: number;
}
export type TextShape = TextLimits & { readonly type: 'text' };
export type IntegerShape = NumberLimits & { readonly type: 'integer' };
export type BooleanShape = Presence & { readonly type: 'boolean' };
export type ListShape = ListLimits & { readonly type: 'list'; readonly of: Shape };
export type StructureShape = Presence & { readonly type: 'structure'; readonly members: Members };
export type Shape = TextShape | IntegerShape | BooleanShape | ListShape | StructureShape;
export type Members = Readonly<Record<string, Shape>>;

export const text = <const L extends TextLimits>(limits: L): { readonly type: 'text' } & L => ({
  type: 'text',
  ...limits,
});
export const integer = <const L extends NumberLimits>(
  limits: L,
): { readonly type: 'integer' } & L => ({ type: 'integer', ...limits });
export const flag = <const L extends Presence>(limits: L): { readonly type: 'boolean' } & L => ({
  type: 'boolean',
  ...limits,
});
export const list = <const S extends Shape, const L extends ListLimits>(
  of: S,
  limits: L,
): { readonly type: 'list'; readonly of: S } & L => ({ type: 'list', of, ...limits });
export const structure = <const M extends Members>(
  members: M,
): { readonly type: 'structure'; readonly members: M } => ({
  type: 'structure',
  members,
});

type ValueOf<S> = S extends { readonly type: 'text' }
  ? string
  : S extends { readonly type: 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'list'; readonly of: infer I }
        ? readonly ValueOf<I>[]
        : S extends { readonly type: 'structure'; readonly members: infer M }
          ? InputOf<M>
          : never;

/** The type of a request that satisfies the shapes. */
export type InputOf<M> = {
  readonly [K in keyof M as M[K] extends { readonly required: true } ? K : never]: ValueOf<M[K]>;
} & {
  readonly [K in keyof M as M[K] extends { readonly required: true } ? never : K]?: ValueOf<M[K]>;
};

export type ViolationKind =
  | 'missing'
  | 'min-length'
  | 'max-length'
  | 'min-value'
  | 'max-value'
  | 'pattern'
  | 'enum'
  | 'type'
  | 'unknown';

export interface Violation {
  readonly kind: ViolationKind;
  /** In AWS's notation: `tags.1.member.key`. */
  readonly path: string;
  /** AWS's wording, which follows `1 validation error detected: `. */
  readonly text: string;
}

const patterns = new Map<string, RegExp>();
const wholeMatch = (pattern: string): RegExp => {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(`^(?:${pattern})$`, 'u');
    patterns.set(pattern, compiled);
  }
  return compiled;
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Every violation of the shapes in the value, in the order of the table. Empty if the value is valid. */
export function violations(
  members: Members,
  value: Readonly<Record<string, unknown>>,
  prefix = '',
): Violation[] {
  const found: Violation[] = [];
  for (const name in members) {
    const shape = members[name];
    if (shape === undefined) continue;
    const given = value[name];
    const path = prefix + lowerFirst(name);
    if (given === undefined || given === null) {
      if (shape.required === true) {
        found.push({
          kind: 'missing',
          path,
          text: `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
        });
      }
    } else {
      check(shape, given, path, found);
    }
  }
  for (const name in value) {
    if (!Object.hasOwn(members, name)) {
      found.push({
        kind: 'unknown',
        path: prefix + name,
        text: `Unknown member '${prefix + name}'`,
      });
    }
  }
  return found;
}

function check(shape: Shape, value: unknown, path: string, found: Violation[]): void {
  const breach = (kind: ViolationKind, constraint: string, shown: string): void => {
    found.push({
      kind,
      path,
      text: `Value '${shown}' at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    });
  };
  const wrongType = (expected: string): void => {
    found.push({ kind: 'type', path, text: `Member '${path}' is not ${expected}` });
  };
  switch (shape.type) {
    case 'text': {
      if (typeof value !== 'string') return wrongType('a string');
      if (shape.min !== undefined && value.length < shape.min)
        breach('min-length', `have length greater than or equal to ${shape.min}`, value);
      if (shape.max !== undefined && value.length > shape.max)
        breach('max-length', `have length less than or equal to ${shape.max}`, value);
      if (shape.pattern !== undefined && !wholeMatch(shape.pattern).test(value))
        breach('pattern', `satisfy regular expression pattern: ${shape.pattern}`, value);
      if (shape.oneOf !== undefined && !shape.oneOf.includes(value))
        breach('enum', `satisfy enum value set: [${shape.oneOf.join(', ')}]`, value);
      return;
    }
    case 'integer': {
      if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType('an integer');
      if (shape.min !== undefined && value < shape.min)
        breach('min-value', `have value greater than or equal to ${shape.min}`, `${value}`);
      if (shape.max !== undefined && value > shape.max)
        breach('max-value', `have value less than or equal to ${shape.max}`, `${value}`);
      return;
    }
    case 'boolean': {
      if (typeof value !== 'boolean') return wrongType('a boolean');
      return;
    }
    case 'list': {
      if (!Array.isArray(value)) return wrongType('a list');
      const items: readonly unknown[] = value;
      if (shape.min !== undefined && items.length < shape.min)
        breach(
          'min-length',
          `have length greater than or equal to ${shape.min}`,
          `[${items.length}]`,
        );
      if (shape.max !== undefined && items.length > shape.max)
        breach('max-length', `have length less than or equal to ${shape.max}`, `[${items.length}]`);
      items.forEach((item, index) => {
        check(shape.of, item, `${path}.${index + 1}.member`, found);
      });
      return;
    }
    case 'structure': {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return wrongType('a structure');
      found.push(
        ...violations(shape.members, value as Readonly<Record<string, unknown>>, `${path}.`),
      );
      return;
    }
  }
}

/** AWS's message for a list of violations. */
export const validationText = (found: readonly Violation[]): string =>
  `${found.length} validation error${found.length === 1 ? '' : 's'} detected: ${found.map((violation) => violation.text).join('; ')}`;
