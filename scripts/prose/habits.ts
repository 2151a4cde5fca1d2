/** Habits that make a text read as if it were translated, each with what to write instead. */

interface Habit {
  readonly pattern: RegExp;
  readonly advice: string;
}

const habit = (pattern: RegExp, advice: string): Habit => ({ pattern, advice });

export const habits: readonly Habit[] = [
  // Negated nouns.
  habit(
    /(?<!\b(?:there|here) )\b(?:is|are|was) no (?!longer\b|more\b|less\b|different\b)[a-z]+/i,
    'write "is not a …", "unknown …" or "must be …"',
  ),
  habit(/(?<!\bthere )\bis none\b(?: of\b|[.,;:]|$)/i, 'write "is not …" or "does not exist"'),
  habit(/\bnothing says\b/i, 'name what is missing'),
  habit(/\bnobody (?:gave|named|asked|reads|can tell)\b/i, 'say what is not set or not known'),
  // "Tell" for report, print, warn.
  habit(
    /\btold\b|\b(?:tells?|telling) (?:of|which|what|whether|whose|how|who|with)\b/i,
    'write "report", "print", "show" or "say"',
  ),
  // Verbs that can mean anything.
  habit(/\bbears?\b|\bbore\b/i, 'write "has" or "carries"'),
  habit(
    /\bcannot stand\b|\bcan(?:not)? stand (?:in|at)\b|\bstands? (?:in|at|after) (?:the |a |its )?(?:file|way|line|end|place)\b/i,
    'write "cannot be combined with", "can be set in", "goes after"',
  ),
  habit(
    /\bhands? (?:its|their|over (?!to\b)|rights)\b|\bhanded on\b/i,
    'write "gives" or "passes"',
  ),
  habit(/\bmend(?:s|ed|ing)?\b/i, 'write "repair"'),
  habit(
    /\blets? (?:us|dhmc|it|somebody|nobody) in\b/i,
    'write "accepts", "works" or "can be assumed"',
  ),
  habit(/\bwent on refusing\b|\bgo(?:es)? on (?:with|by)\b/i, 'write "continue"'),
  // Metaphors instead of terms.
  habit(
    /\bthe way (?:there|in|back)\b(?! (?:which|that)\b)/i,
    'write "access", "preflight check" or "rollback"',
  ),
  habit(/\bthe world (?:has |is )?moved\b/i, 'write "the live state has changed"'),
  habit(/\bstrangers'? (?:text|wrote)\b|\bstranger's\b/i, 'write "untrusted text"'),
  // Phrases for the desired state.
  habit(/\bas asked\b|\bwhat is asked\b/i, 'write "in the desired state"'),
  habit(
    /\b(?:what|all that) is (?:left to do|in flight|to (?:be )?(?:done|change))\b/i,
    'name the thing',
  ),
  habit(/\b(?:somebody|nobody) else's\b/i, 'write "another user\'s" or "not dhmc\'s"'),
  habit(/\ball the same\b/i, 'write "anyway"'),
  habit(/\bit is on its own\b|\bof its own accord\b/i, 'write "automatically"'),
  // American spelling, also inside identifiers, which the spelling check ignores.
  habit(
    /colour|behaviour|favour|honour|neutrali[sz]|recognis|organis(?!t)|synchronis|normalis|licence|journalled/i,
    'use American spelling and a common word',
  ),
];
