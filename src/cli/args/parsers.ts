/** Parsers for the text of options. Each returns a value or a complaint; the caller adds the option's name. */
import { isKnownRegion, knownRegions, looksLikeRegion } from '../../core/model/regions.ts';
import { isBoundary, isPolicyPath, isReserved, isRolePath } from '../../core/iam/role-names.ts';
import { trustedOf, type Trusted } from '../../core/iam/principal.ts';
import { nearest } from '../../core/problems/nearest.ts';

export type ParsedValue<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaint: string; readonly fix: string };

/** What a value can be, for schemas and completion. The parser may be stricter. */
export type ValueType =
  | { readonly kind: 'text'; readonly pattern?: string; readonly digits?: true }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'run or file' };

export interface Parser<T> {
  (text: string): ParsedValue<T>;
  /** Default: any text. */
  readonly takes?: ValueType;
}

const withType = <T>(takes: ValueType, parse: (text: string) => ParsedValue<T>): Parser<T> =>
  // A function of its own: several types can share a parser.
  Object.assign((given: string) => parse(given), { takes });

const value = <T>(parsed: T): ParsedValue<T> => ({ ok: true, value: parsed });
const complaint = (what: string, fix: string): ParsedValue<never> => ({
  ok: false,
  complaint: what,
  fix,
});

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const notEmpty = (given: string): ParsedValue<string> =>
  given.trim() === '' ? complaint('is empty', 'Set a value, or omit it.') : value(given);

export const text: Parser<string> = (given) => notEmpty(given);

/** A name or an id, which may consist of digits. */
export const nameOrId = withType({ kind: 'text', digits: true }, (given) => notEmpty(given));

/** After `=`, in quotes and in files no shell expands `~`: it would name a directory of that name. */
const path = (given: string): ParsedValue<string> =>
  given === '~' || given.startsWith('~/')
    ? complaint(
        'begins with ~, which was not expanded',
        'Use the full path: a shell expands ~ only at the start of a word without quotes.',
      )
    : notEmpty(given);

export const file = withType({ kind: 'file' }, path);

/** The id of a journaled run, or a file. */
export const runOrFile = withType({ kind: 'run or file' }, path);

export const directory = withType({ kind: 'directory' }, path);

export const yesOrNo: Parser<boolean> = (given) => {
  if (/^(1|true|yes)$/i.test(given)) return value(true);
  if (/^(0|false|no)$/i.test(given)) return value(false);
  return complaint('is not a yes-or-no value', 'Use 1, true or yes, or 0, false or no.');
};

export const wholeNumber = (least: number, most: number, unit: string): Parser<number> =>
  withType({ kind: 'number', least, most }, (given) => {
    const number = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
    return number >= least && number <= most
      ? value(number)
      : complaint(
          `is not a whole number from ${least} to ${most}`,
          `Give a number of ${unit} from ${least} to ${most}.`,
        );
  });

export const oneOf = <T extends string>(choices: readonly T[]): Parser<T> =>
  withType({ kind: 'choice', choices }, (given) => {
    const choice = choices.find((candidate) => candidate === given);
    if (choice !== undefined) return value(choice);
    const near = nearest(given, choices);
    return complaint(
      'is not known',
      `${near === null ? '' : `Did you mean ${near}? `}${choices.length === 1 ? 'The only value is' : 'Choose from'} ${choices.join(', ')}.`,
    );
  });

/** For a command that takes only some of `all`. The command itself reports why it does not take the others. */
export const someOf = (all: readonly string[], choices: readonly string[]): Parser<string> =>
  withType({ kind: 'choice', choices }, (given) =>
    all.includes(given) ? value(given) : oneOf(choices)(given),
  );

export const region = withType(
  { kind: 'choice', choices: knownRegions() },
  (given: string): ParsedValue<string> => {
    if (isKnownRegion(given)) return value(given);
    const near = nearest(given, knownRegions());
    return complaint(
      'is not a region that dhmc knows',
      near === null ? 'Give a code such as eu-west-1.' : `Did you mean ${near}?`,
    );
  },
);

/**
 * A region to leave out. It may be newer than this version of dhmc; whether it exists is checked against the regions
 * that the accounts list.
 */
export const excludedRegion = withType(
  { kind: 'choice', choices: knownRegions() },
  (given: string): ParsedValue<string> => (looksLikeRegion(given) ? value(given) : region(given)),
);

/** IAM's pattern and limits: a name of up to 64 characters, with an optional path of up to 512 before it. */
export const roleName: Parser<string> = (given) => {
  const bare = given.replace(/^\//, '');
  if (/^arn:/.test(bare))
    return complaint('is an ARN', 'Give the role as [PATH/]NAME, without account and partition.');
  const cut = bare.lastIndexOf('/') + 1;
  const name = bare.slice(cut);
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    return complaint(
      'is not a valid role name',
      'A name has 1 to 64 letters, digits or any of _+=,.@- and may follow a path such as service-role/.',
    );
  }
  if (!isRolePath(bare)) {
    return complaint(
      'has an invalid path',
      'A path is at most 512 printable ASCII characters between slashes, without $, `, * and ?.',
    );
  }
  return value(bare);
};

/** The role of `--dhmc-role`. dhmc may create and use it, so it cannot have a path that AWS reserves. */
export const dhmcRole: Parser<string> = (given) => {
  const parsed = roleName(given);
  return parsed.ok && isReserved(parsed.value)
    ? complaint(
        'is at a path that AWS keeps for its own roles',
        'Name a role elsewhere, such as service-role/NAME.',
      )
    : parsed;
};

/** An IAM action, or a pattern of actions. */
export const actionPattern = withType(
  { kind: 'text', pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
  (given: string): ParsedValue<string> =>
    /^(?:\*|[a-z\d-]+:[a-z\d*?]+)$/i.test(given)
      ? value(given)
      : complaint(
          'is not an action',
          'Give it as SERVICE:ACTION, such as s3:GetObject; * and ? are wildcards.',
        ),
);

/** The name of a role, without its path. */
export const bareRoleName: Parser<string> = (given) => {
  if (given.includes('/') && !given.startsWith('arn:'))
    return complaint(
      'has a path',
      "Give the role's name without its path; it is unique in its account.",
    );
  return roleName(given);
};

/** `[PATH/]NAME` of a policy in each account, or an AWS policy's ARN. */
export const policy: Parser<string> = (given) => {
  if (given.startsWith('arn:')) {
    return isBoundary(given)
      ? value(given)
      : complaint(
          'is not the ARN of a policy',
          'Give it as arn:aws:iam::aws:policy/NAME, or as the [PATH/]NAME of a policy in each account.',
        );
  }
  const bare = given.replace(/^\//, '');
  return isPolicyPath(bare)
    ? value(bare)
    : complaint(
        'is not a valid policy name',
        'A name has 1 to 128 letters, digits or any of _+=,.@- and may follow a path without $, `, * and ?.',
      );
};

/** STS's pattern. The value is treated as a secret, so no error message repeats it. */
export const externalId = withType({ kind: 'text', pattern: '^[\\w+=,.@:/-]{2,1224}$' }, (given) =>
  /^[\w+=,.@:/-]{2,1224}$/.test(given)
    ? value(given)
    : complaint(
        'is not a valid external id',
        'It has 2 to 1,224 letters, digits or any of _+=,.@:/-, without spaces.',
      ),
);

export const sourceIdentity = withType({ kind: 'text', pattern: '^[\\w+=,.@-]{2,64}$' }, (given) =>
  /^[\w+=,.@-]{2,64}$/.test(given) && !/^aws:/i.test(given)
    ? value(given)
    : complaint(
        'is not a valid source identity',
        'It has 2 to 64 letters, digits or any of _+=,.@- and does not begin with aws:.',
      ),
);

const keyAndValue = { kind: 'text', pattern: '^[^=]+=' } as const;

export const tag: Parser<Tag> = withType(keyAndValue, (given) => {
  const at = given.indexOf('=');
  if (at < 1) return complaint('is not a tag', 'Give it as KEY=VALUE.');
  const parsed = { key: given.slice(0, at), value: given.slice(at + 1) };
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(parsed.key)) {
    return complaint(
      'has an invalid key',
      'A key has 1 to 128 letters, digits, spaces or any of _.:/=+-@.',
    );
  }
  return /^\P{Cc}{0,256}$/u.test(parsed.value)
    ? value(parsed)
    : complaint(
        'has an invalid value',
        'A value has up to 256 characters, none of them a control character.',
      );
});

/** A tag to set: AWS reserves keys that start with `aws:`. */
export const newTag: Parser<Tag> = withType(keyAndValue, (given) => {
  const parsed = tag(given);
  if (!parsed.ok) return parsed;
  const { key, value: content } = parsed.value;
  if (/^(aws|dhmc):/i.test(key))
    return complaint(
      `has a key under ${key.slice(0, key.indexOf(':') + 1)}, which is reserved`,
      'Choose another key.',
    );
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(content)
    ? parsed
    : complaint(
        'has an invalid value',
        'A value has up to 256 letters, digits, spaces or any of _.:/=+-@.',
      );
});

/** Tags that AWS accepts together: not too many, and each key once, since IAM and STS ignore the case of keys. */
export const distinctTags =
  (most: number) =>
  (texts: readonly string[]): ParsedValue<readonly string[]> => {
    const seen = new Map<string, string>();
    for (const text of texts) {
      const key = text.slice(0, text.indexOf('='));
      const earlier = seen.get(key.toLowerCase());
      if (earlier !== undefined && earlier !== text)
        return complaint(
          `has the key ${key} more than once`,
          'Keep one of them; AWS does not distinguish upper and lower case in these keys.',
        );
      seen.set(key.toLowerCase(), text);
    }
    return seen.size > most
      ? complaint(`has ${String(seen.size)} tags`, `Give ${String(most)} at most.`)
      : value(texts);
  };

/** A number of accounts or a share of them. Kept as text until the number of accounts is known. */
export const tolerance = withType({ kind: 'text', pattern: '^\\d+%?$', digits: true }, (given) =>
  /^\d{1,6}$/.test(given) || (/^\d{1,3}%$/.test(given) && Number(given.slice(0, -1)) <= 100)
    ? value(given)
    : complaint(
        'must be a number of accounts or a share from 0% to 100%',
        'Give it as 5 or as 10%.',
      ),
);

/** The prefix of stack set names: CloudFormation accepts letters, digits and hyphens. */
export const setPrefix = withType({ kind: 'text', pattern: '^[a-zA-Z][-a-zA-Z0-9]*$' }, (given) =>
  /^[a-zA-Z][-a-zA-Z0-9]{0,99}$/.test(given)
    ? value(given)
    : complaint(
        'is not a valid prefix for the names of stack sets',
        'Use up to 100 letters, digits and hyphens, a letter first.',
      ),
);

/** The number of accounts to work on in parallel: a number from 1, or a share from 1% to 100%. */
export const atOnce = withType({ kind: 'text', pattern: '^[1-9]\\d*%?$', digits: true }, (given) =>
  /^[1-9]\d{0,5}$/.test(given) ||
  (/^[1-9]\d{0,2}%$/.test(given) && Number(given.slice(0, -1)) <= 100)
    ? value(given)
    : complaint(
        'must be a number of accounts (1 or more) or a share from 1% to 100%',
        'Give it as 10 or as 25%.',
      ),
);

/** One step of the waves: a number of accounts, or a share from 1% to 100%. */
export const wave = withType({ kind: 'text', pattern: '^[1-9]\\d*%?$', digits: true }, (given) =>
  /^[1-9]\d{0,5}$/.test(given) ||
  (/^[1-9]\d{0,2}%$/.test(given) && Number(given.slice(0, -1)) <= 100)
    ? value(given)
    : complaint(
        'must be a number of accounts (1 or more) or a share from 1% to 100%',
        'Give cumulative steps such as 1,10%,100%.',
      ),
);

/** Wave steps must grow, as far as a number and a share can be compared, and none may follow 100%. */
export const increasing = (steps: readonly string[]): ParsedValue<readonly string[]> => {
  const fix = 'Give growing shares such as 1,10%,100%.';
  for (const [index, step] of steps.entries()) {
    const earlier = steps
      .slice(0, index)
      .findLast((one) => one.endsWith('%') === step.endsWith('%'));
    if (steps[index - 1] === '100%') return complaint(`has a step ${step} after 100%`, fix);
    if (earlier !== undefined && Number.parseInt(step) <= Number.parseInt(earlier))
      return complaint(`must grow, but ${step} follows ${earlier}`, fix);
  }
  return value(steps);
};

/** A principal that a trust policy can name. */
export const principalArn: Parser<Trusted> = (given) => {
  const trusted = trustedOf(given);
  return trusted === null
    ? complaint(
        'is not the ARN of a role, user or session',
        'Give it as arn:aws:iam::111122223333:role/NAME; aws sts get-caller-identity shows yours.',
      )
    : value(trusted);
};
