/** Compares patterns of IAM policies, with `*` and `?`, with a text or with all texts of another pattern. */

/** A comparison that cannot be decided is `maybe`, never `no`. */
export type PolicyAnswer = 'yes' | 'no' | 'maybe';

export const not = (answer: PolicyAnswer): PolicyAnswer =>
  answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'maybe';

/** `yes` if all are `yes`, `no` if any is `no`. */
export function every(answers: Iterable<PolicyAnswer>): PolicyAnswer {
  let result: PolicyAnswer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}

/** `yes` if any is `yes`, `no` if all are `no`. */
export function some(answers: Iterable<PolicyAnswer>): PolicyAnswer {
  let result: PolicyAnswer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}

const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?');

/**
 * Whether the pattern matches every text that `text` stands for, since `text` may have wildcards too. Takes time at
 * most in proportion to the product of both lengths.
 */
export function covers(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let position = 0;
  while (position < text.length) {
    const wanted = pattern[at];
    const found = text[position];
    if (wanted === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (wanted !== undefined && (wanted === found || (wanted === '?' && found !== '*'))) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Whether some text matches both patterns. */
function overlaps(one: string, other: string): boolean {
  let row = new Array<boolean>(other.length + 1).fill(false);
  row[0] = true;
  for (let j = 1; j <= other.length; j += 1) row[j] = row[j - 1] === true && other[j - 1] === '*';
  for (let i = 1; i <= one.length; i += 1) {
    const next = new Array<boolean>(other.length + 1).fill(false);
    const left = one[i - 1];
    next[0] = row[0] === true && left === '*';
    for (let j = 1; j <= other.length; j += 1) {
      const right = other[j - 1];
      const alike = left === right || left === '?' || right === '?';
      next[j] =
        left === '*' || right === '*'
          ? row[j] === true || next[j - 1] === true || row[j - 1] === true
          : alike && row[j - 1] === true;
    }
    row = next;
  }
  return row[other.length] === true;
}

/** Whether the pattern matches the text: `maybe` if it matches some of the texts that `text` stands for. */
export function matchPattern(pattern: string, text: string): PolicyAnswer {
  if (covers(pattern, text)) return 'yes';
  return hasWildcard(text) && overlaps(pattern, text) ? 'maybe' : 'no';
}

const variable = /\$\{[^}]*\}/g;

/** Whether a policy's text has a variable such as `${aws:PrincipalTag/team}`. */
export const hasVariable = (text: string): boolean => text.includes('${');

/** Like `matchPattern`, for a pattern with policy variables, whose values are unknown. */
export function matchWithVariables(pattern: string, text: string): PolicyAnswer {
  if (!hasVariable(pattern)) return matchPattern(pattern, text);
  const widest = pattern.replace(variable, '*');
  return covers(widest, text) || overlaps(widest, text) ? 'maybe' : 'no';
}

/** The six fields of an ARN. Missing fields are `*`, as in IAM. */
function fieldsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  const fields = parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
  return [...fields, ...new Array<string>(6 - fields.length).fill('*')];
}

/** Whether an ARN pattern matches an ARN, field by field: a wildcard does not extend beyond its field. */
export function matchArn(pattern: string, arn: string): PolicyAnswer {
  if (pattern === '*') return 'yes';
  if (!arn.startsWith('arn:')) return 'no';
  // A variable may contain colons, so the pattern is compared as one text: less is decided, but never wrongly.
  if (hasVariable(pattern)) return matchWithVariables(pattern, arn);
  const patterns = fieldsOf(pattern);
  return every(fieldsOf(arn).map((field, index) => matchPattern(patterns[index] ?? '*', field)));
}
