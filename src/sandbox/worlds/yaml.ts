/**
 * YAML to data, with aliases as references to one object. The library's own conversion looks up every alias again,
 * which is slow for worlds of 10,000 accounts.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';

/** Throws an Error that names line and column where the text is not YAML. */
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

/** Data as YAML; an object that stands in several places is written once. */
export const formatYaml = (data: unknown): string =>
  stringify(data, { lineWidth: 140, anchorPrefix: 'shared' });
