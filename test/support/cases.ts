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

/**
 * The cases are the same in every run, so that a change is judged by what it changed. `TEST_SEED=random` tries others,
 * as the nightly run does; a number tries those that a failure named.
 */
export function caseSeed(): { readonly seed?: number } {
  const asked = process.env['TEST_SEED'] ?? '';
  if (asked === 'random') return {};
  const number = Number(asked);
  return { seed: asked !== '' && Number.isInteger(number) ? number : 20_261_128 };
}
