/**
 * Whether a deployed template keeps its resources when its stacks are deleted, and the template with the other choice.
 */

type Json = Readonly<Record<string, unknown>>;

const keeping: ReadonlySet<unknown> = new Set(['Retain', 'RetainExceptOnCreate']);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(template: string | null): { readonly body: Json; readonly resources: Json } | null {
  try {
    const body: unknown = JSON.parse(template ?? '');
    if (!isObject(body) || !isObject(body['Resources'])) return null;
    return { body, resources: body['Resources'] };
  } catch {
    return null;
  }
}

/** `kept`, `removed`, or `unknown` if the template is not JSON in dhmc's form. */
export function onDeletion(template: string | null): 'kept' | 'removed' | 'unknown' {
  const found = parsed(template);
  if (found === null) return 'unknown';
  const policies = Object.values(found.resources).map((resource) =>
    isObject(resource) ? resource['DeletionPolicy'] : undefined,
  );
  if (policies.every((policy) => keeping.has(policy))) return 'kept';
  return policies.every((policy) => !keeping.has(policy)) ? 'removed' : 'unknown';
}

/** The template with only its deletion policies changed; null if it cannot be parsed. */
export function withDeletion(template: string | null, to: 'kept' | 'removed'): string | null {
  const found = parsed(template);
  if (found === null) return null;
  const Resources = Object.fromEntries(
    Object.entries(found.resources).map(([name, resource]) => [
      name,
      isObject(resource)
        ? { ...resource, DeletionPolicy: to === 'kept' ? 'Retain' : 'Delete' }
        : resource,
    ]),
  );
  return JSON.stringify({ ...found.body, Resources }, null, 2);
}

/** The default of a template's parameter; null if there is none, or the template is not JSON in dhmc's form. */
export function parameterDefault(template: string | null, name: string): string | null {
  const parameters = parsed(template)?.body['Parameters'];
  const parameter = isObject(parameters) ? parameters[name] : undefined;
  const value = isObject(parameter) ? parameter['Default'] : undefined;
  return typeof value === 'string' ? value : null;
}
