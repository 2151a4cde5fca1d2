/**
 * How many random cases a test tries: a fifth by default, so that the suite answers soon, and all of them where
 * `TEST_CASES=full` is set, as .ci/run does. A number tries as many.
 */
export function caseCount(full: number): number {
  const asked = process.env['TEST_CASES'] ?? '';
  if (asked === 'full') return full;
  const number = Number(asked);
  return Number.isInteger(number) && number > 0 ? number : Math.ceil(full / 5);
}
