/** The width of the output, in columns. */
const fallback = 100;
/** Nothing can be laid out in less. */
const least = 40;

/** Of a terminal its width; elsewhere `COLUMNS`, and without it no limit. */
export function columnsOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const isTerminal = stream.isTTY === true;
  const columns = isTerminal ? stream.columns : Number(environment['COLUMNS'] ?? '');
  if (columns === undefined || !Number.isInteger(columns) || columns < 1)
    return isTerminal ? fallback : Infinity;
  return Math.max(least, columns);
}
