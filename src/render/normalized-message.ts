/** A message without its own account, and without regions and times, so that like reasons have like texts. */
export const normalizedMessage = (text: string, account: string): string =>
  text
    .replaceAll(account, '<account>')
    .replaceAll(/\b[a-z]{2}(?:-[a-z]+){1,2}-\d\b/g, '<region>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
