/** Mutations of data and texts, for fuzz tests. */
import fc from 'fast-check';

/** Prints how many cases a fuzz test tried. */
export const printCases = (
  what: string,
  cases: number,
  outcomes: ReadonlyMap<string, number> = new Map(),
): void => {
  const counts = [...outcomes].sort().map(([name, count]) => `${name} ${String(count)}`);
  process.stdout.write(
    `fuzzed ${what}: ${String(cases)} cases${counts.length === 0 ? '' : ` (${counts.join(', ')})`}\n`,
  );
};

export const counting = (): {
  readonly outcomes: Map<string, number>;
  readonly count: (outcome: string) => void;
} => {
  const outcomes = new Map<string, number>();
  return {
    outcomes,
    count: (outcome) => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
  };
};

/** Values of the wrong type or an odd form. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    9007199254740993,
    [],
    {},
    [[]],
    [null],
    '\u0000',
    '$None ',
    '../..',
    '__proto__',
    'constructor',
    '\u001b[2J\u202e',
    'x'.repeat(10_000),
    '\ud800',
    '=1+1',
    '<script>',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', minLength: 1 }),
);

/** A mutation of data: its kind, its place (an index over all members, modulo their number) and a value. */
export interface Mutation {
  readonly kind: 'drop' | 'replace' | 'twice' | 'more' | 'wrap' | 'swap';
  readonly at: number;
  readonly value: unknown;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('drop', 'replace', 'replace', 'twice', 'more', 'wrap', 'swap'),
  at: fc.nat(),
  value: oddValue,
});

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

const placesIn = (value: unknown, places: Place[] = []): Place[] => {
  if (typeof value !== 'object' || value === null) return places;
  const holder = value as Place['holder'];
  for (const [key, inner] of Object.entries(holder)) {
    places.push({ holder, key });
    placesIn(inner, places);
  }
  return places;
};

const put = ({ holder, key }: Place, value: unknown): void => {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

/** A copy of the data, as JSON would carry it, after the mutations in order. */
export const mutated = (data: unknown, mutations: readonly Mutation[]): unknown => {
  const copy = { root: JSON.parse(JSON.stringify(data)) as unknown };
  for (const { kind, at, value } of mutations) {
    const places = placesIn(copy);
    const place = places[at % places.length];
    const other = places[(at >>> 8) % places.length];
    if (place === undefined || other === undefined) continue;
    const { holder, key } = place;
    const now: unknown = Reflect.get(holder, key);
    if (kind === 'replace') put(place, value);
    else if (kind === 'wrap') put(place, [now]);
    else if (kind === 'swap') put(place, structuredClone(Reflect.get(other.holder, other.key)));
    else if (kind === 'drop' && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (kind === 'drop') Reflect.deleteProperty(holder, key);
    else if (Array.isArray(now))
      now.push(kind === 'twice' ? structuredClone(now[at % Math.max(1, now.length)]) : value);
    else if (typeof now === 'object' && now !== null)
      put({ holder: now as Record<string, unknown>, key: `More${String(at % 10)}` }, value);
  }
  return copy.root;
};

/** A mutation of a text. */
export interface TextMutation {
  readonly kind: 'cut' | 'drop' | 'insert' | 'twice' | 'swap';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

export const textMutation: fc.Arbitrary<TextMutation> = fc.record({
  kind: fc.constantFrom('cut', 'drop', 'insert', 'twice', 'swap'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 40 }),
  text: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      '\n',
      '\u0000',
      '\\u',
      '- ',
      ': ',
      '&a ',
      '*a',
      '<<: *a',
      '!!js/function ',
      'null',
      '1e999',
      '\ufeff',
      '<',
      '&',
    ),
  ),
});

export const mutatedText = (text: string, mutations: readonly TextMutation[]): string =>
  mutations.reduce((now, { kind, at, length, text: more }) => {
    const start = now.length === 0 ? 0 : at % now.length;
    const end = Math.min(now.length, start + length);
    const [before, part, after] = [now.slice(0, start), now.slice(start, end), now.slice(end)];
    if (kind === 'cut') return before;
    if (kind === 'drop') return before + after;
    if (kind === 'insert') return before + more + part + after;
    if (kind === 'twice') return before + part + part + after;
    return before + after.slice(0, length) + part + after.slice(length);
  }, text);

/** The XML after the mutations: each drops, empties, repeats or refills an element. */
export const mutatedXml = (xml: string, mutations: readonly Mutation[]): string =>
  mutations.reduce((now, { kind, at, value }) => {
    const elements = [...now.matchAll(/<([A-Za-z]\w*)[^>/]*>/g)].filter(({ index }) => index > 0);
    const opening = elements[at % Math.max(1, elements.length)];
    if (opening === undefined) return now;
    const name = opening[1] ?? '';
    const close = now.indexOf(`</${name}>`, opening.index);
    if (close < 0) return now;
    const end = close + name.length + 3;
    const whole = now.slice(opening.index, end);
    const content = (typeof value === 'string' ? value : JSON.stringify(value)).replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f<&]/g,
      '?',
    );
    const instead = {
      drop: '',
      replace: `${opening[0]}${content}</${name}>`,
      twice: whole + whole,
      more: `${whole}<More>${content}</More>`,
      wrap: `<${name}>${whole}</${name}>`,
      swap: `<${name}/>`,
    }[kind];
    return now.slice(0, opening.index) + instead + now.slice(end);
  }, xml);
