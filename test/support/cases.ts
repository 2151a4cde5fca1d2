/**
 * How many random cases a test tries: by default a fifth, so that the suite ends soon; all with `TEST_CASES=full`,
 * as in .ci/run; or the number in `TEST_CASES`.
 */
export function caseCount(full: number): number {
  const asked = process.env['TEST_CASES'] ?? '';
  if (asked === 'full') return full;
  const number = Number(asked);
  return Number.isInteger(number) && number > 0 ? number : Math.ceil(full / 5);
}

/**
 * By default the cases are the same in every run, so that a failure comes from the change under test.
 * `TEST_SEED=random` tries others, as the nightly run does; a number repeats the cases of a failure that printed
 * this seed.
 */
export function caseSeed(): { readonly seed?: number } {
  const asked = process.env['TEST_SEED'] ?? '';
  if (asked === 'random') return {};
  const number = Number(asked);
  return { seed: asked !== '' && Number.isInteger(number) ? number : 20_261_128 };
}
