/** IAM policy documents as AWS writes them, and the two kinds of errors that the sandbox finds in them. */
import type { PolicyDocument } from '../world.ts';

export type { PolicyDocument, PolicyStatement } from '../world.ts';

export type OneOrMore<T> = T | readonly T[];

/** A policy that IAM rejects as `MalformedPolicyDocument`. */
export class MalformedPolicy extends Error {
  override readonly name = 'MalformedPolicy';
}

/** A policy that AWS accepts and the sandbox does not evaluate. It throws this instead of deciding wrongly. */
export class UnsupportedPolicyElement extends Error {
  override readonly name = 'UnsupportedPolicyElement';
  /** The operator, key or element, spelled as in the policy. */
  readonly element: string;
  constructor(element: string, reason: string) {
    super(`The sandbox does not evaluate ${element}: ${reason}`);
    this.element = element;
  }
}

/**
 * Parses a document's JSON text. Throws `MalformedPolicy`. Elements are checked later, when the document is compiled.
 */
export function parsePolicyDocument(text: string): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedPolicy('This policy contains invalid Json');
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    !('Statement' in value)
  ) {
    throw new MalformedPolicy('Syntax errors in policy.');
  }
  return value as PolicyDocument;
}

export function list<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
