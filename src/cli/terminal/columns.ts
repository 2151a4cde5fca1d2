/** How wide what we write to can be, in columns. */
const fallback = 100;
/** Less is taken for a mistake: nothing can be laid out in it. */
const least = 40;

export function columnsOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const columns = stream.isTTY === true ? stream.columns : Number(environment['COLUMNS']);
  return columns !== undefined && Number.isInteger(columns) && columns >= least
    ? columns
    : fallback;
}
