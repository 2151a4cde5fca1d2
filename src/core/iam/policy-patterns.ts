/** Patterns of IAM policies, with `*` and `?`. A pattern is compared with a text, or with all texts of another pattern. */

/** Three values: a comparison that cannot be decided is `maybe`, never `no`. */
export type PolicyAnswer = 'yes' | 'no' | 'maybe';

export const not = (answer: PolicyAnswer): PolicyAnswer =>
  answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'maybe';

/** `yes` where all are, `no` where one is not. */
export function every(answers: Iterable<PolicyAnswer>): PolicyAnswer {
  let result: PolicyAnswer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}

/** `yes` where one is, `no` where none is. */
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
 * Whether the pattern matches every text that `text` stands for: `text` may have wildcards of its own. Takes time
 * in proportion to the product of both lengths, whatever the pattern.
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

/** Whether some text is matched by both patterns. */
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

/** Whether the pattern matches the text: `maybe` if it matches some of the texts that `text` can be. */
export function matchPattern(pattern: string, text: string): PolicyAnswer {
  if (covers(pattern, text)) return 'yes';
  return hasWildcard(text) && overlaps(pattern, text) ? 'maybe' : 'no';
}

const variable = /\$\{[^}]*\}/g;

/** Whether a text of a policy holds a variable such as `${aws:PrincipalTag/team}`. */
export const hasVariable = (text: string): boolean => text.includes('${');

/** As `matchPattern`, for a pattern with policy variables: their values are not known. */
export function matchWithVariables(pattern: string, text: string): PolicyAnswer {
  if (!hasVariable(pattern)) return matchPattern(pattern, text);
  const widest = pattern.replace(variable, '*');
  return covers(widest, text) || overlaps(widest, text) ? 'maybe' : 'no';
}

/** The six fields of an ARN; a text with fewer has `*` for the rest, as IAM reads it. */
function fieldsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  const fields = parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
  return [...fields, ...new Array<string>(6 - fields.length).fill('*')];
}

/** Whether a pattern for ARNs matches an ARN: field by field, so that a wildcard does not leave its field. */
export function matchArn(pattern: string, arn: string): PolicyAnswer {
  if (pattern === '*') return 'yes';
  if (!arn.startsWith('arn:')) return 'no';
  // A variable may hold colons: such a pattern is compared as one text, which decides less but never wrongly.
  if (hasVariable(pattern)) return matchWithVariables(pattern, arn);
  const patterns = fieldsOf(pattern);
  return every(fieldsOf(arn).map((field, index) => matchPattern(patterns[index] ?? '*', field)));
}
