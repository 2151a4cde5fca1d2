/**
 * Parses YAML. Aliases become references to one object. The library's own conversion resolves each alias again, which
 * is slow for worlds of 10,000 accounts.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';

/** Parses a YAML text. Throws an Error with the line and column if it is malformed. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw error;

  const anchored = new Map<string, unknown>();
  const data = (node: unknown): unknown => {
    if (isAlias(node)) {
      if (!anchored.has(node.source))
        throw new Error(`the alias *${node.source} stands before its anchor, or inside it`);
      return anchored.get(node.source);
    }
    const value = content(node);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      anchored.set(node.anchor, value);
    return value;
  };
  const content = (node: unknown): unknown => {
    if (isMap(node))
      return Object.fromEntries(
        node.items.map((pair) => [String(data(pair.key)), data(pair.value)]),
      );
    if (isSeq(node)) return node.items.map(data);
    return isScalar(node) ? node.value : null;
  };
  return data(document.contents);
}

/** Formats data as YAML. An object that occurs in several places is written once. */
export const formatYaml = (data: unknown): string =>
  stringify(data, { lineWidth: 140, anchorPrefix: 'shared' });
