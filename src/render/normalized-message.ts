/** A region's code within a text, of any partition. */
export const regionPattern = /\b(?:eusc-)?[a-z]{2}(?:-[a-z]+){1,2}-\d\b/g;

/** A message without its own account, and without regions and times, so that like reasons have like texts. */
export const normalizedMessage = (text: string, account: string): string =>
  text
    .replaceAll(account, '<account>')
    .replaceAll(regionPattern, '<region>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
