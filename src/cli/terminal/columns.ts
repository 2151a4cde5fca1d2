/** The width of the output, in columns. */
const fallback = 100;
/** The smallest width that allows a layout. */
const least = 40;

/** The width of a terminal; otherwise `COLUMNS`, and without it no limit. */
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
