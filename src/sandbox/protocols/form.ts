/** Form-encoded requests: finds their operation, and converts their pairs into values of the declared shapes. */
import type { SignedRequest } from '../auth/signature.ts';
import { AwsError } from './aws-error.ts';
import type { Addressed, ServiceOnWire } from './protocol.ts';
import type { Members, Shape } from './shape.ts';

/** How a form numbers the items of a list: `Name.member.1` or `Name.1`. */
export type ListStyle = 'member' | 'flat';

/**
 * Finds the service by the name in the signature or, without a signature, by the form's version. Null if there is
 * none.
 */
export function addressForm<S extends ServiceOnWire>(
  request: SignedRequest,
  scope: string | undefined,
  { services, lists }: { readonly services: readonly S[]; readonly lists: ListStyle },
): Addressed<S> | null {
  if (scope !== undefined && !services.some((each) => each.name === scope)) return null;
  const pairs = formPairs(request.body.toString());
  const version = pairs.get('Version');
  const service = services.find((each) =>
    scope === undefined ? each.prefix === version : each.name === scope,
  );
  if (service === undefined) return null;
  const operation = pairs.get('Action') ?? '';
  return {
    service,
    operation,
    read: (members) => formInput(pairs, members, lists),
    problem:
      version === service.prefix
        ? null
        : new AwsError(
            'InvalidAction',
            `Could not find operation ${operation} for version ${version ?? '(none)'}`,
          ),
  };
}

/** The pairs of a form-encoded body. */
export function formPairs(body: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of body.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    pairs.set(decode(name), at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return pairs;
}

const decode = (part: string): string => {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new AwsError('MalformedInput', 'The request body is not form-encoded UTF-8.');
  }
};

interface Branch {
  text?: string;
  readonly parts: Map<string, Branch>;
}

const branch = (): Branch => ({ parts: new Map() });

/** Converts pairs such as `Tags.member.1.Key` into a value of the declared shapes. Unknown members stay text. */
export function formInput(
  pairs: ReadonlyMap<string, string>,
  members: Members,
  lists: ListStyle,
): Record<string, unknown> {
  const root = branch();
  for (const [name, value] of pairs) {
    if (name === 'Action' || name === 'Version') continue;
    let at = root;
    for (const part of name.split('.')) {
      let next = at.parts.get(part);
      if (next === undefined) at.parts.set(part, (next = branch()));
      at = next;
    }
    at.text = value;
  }
  return structureOf(root, members, lists);
}

function structureOf(from: Branch, members: Members, lists: ListStyle): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, part] of from.parts) {
    const shape = members[name];
    value[name] = shape === undefined ? (part.text ?? '') : valueOf(part, shape, lists);
  }
  return value;
}

function valueOf(from: Branch, shape: Shape, lists: ListStyle): unknown {
  switch (shape.type) {
    case 'text':
      return from.text ?? {};
    case 'integer':
      return from.text !== undefined && /^-?\d+$/.test(from.text) ? Number(from.text) : from.text;
    case 'boolean':
      return from.text === 'true' ? true : from.text === 'false' ? false : from.text;
    case 'structure':
      return from.text === undefined ? structureOf(from, shape.members, lists) : from.text;
    case 'list': {
      if (from.text !== undefined) return from.text === '' ? [] : from.text;
      const numbered = lists === 'flat' ? from : from.parts.get('member');
      const items = numbered?.parts ?? new Map<string, Branch>();
      return [...items]
        .map(([index, item]) => [Number(index), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => valueOf(item, shape.of, lists));
    }
  }
}
