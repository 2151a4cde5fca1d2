import { describe, expect, it, test } from 'vitest';
import { formatLine, parseLine, renameFormerMembers, schemaOf } from '../../src/journal/format.ts';
import { everyEvent, run, startedOf } from './sample.ts';

const events = everyEvent(run);
const lineOf = (event: object): string => JSON.stringify(event);

describe('a line of a journal', () => {
  test.each(events)('with the event $type is read back unchanged', (event) => {
    const line = formatLine(event);
    expect(line.endsWith('}\n')).toBe(true);
    expect(parseLine(line.trimEnd())).toEqual({ ok: true, event });
  });

  it('has the schema only if it is the first', () => {
    expect(events.map((event) => schemaOf(formatLine(event)))).toEqual([
      'dhmc.journal/v1',
      ...events.slice(1).map(() => null),
    ]);
  });

  it('may have unknown members', () => {
    const event = { ...events.at(-1), more: 1 };
    expect(parseLine(lineOf(event))).toEqual({ ok: true, event });
  });

  it.each([
    ['{', 'is not JSON'],
    ['null', 'is not a journal event'],
    ['[]', 'is not a journal event'],
    [lineOf({ type: 'run-ended' }), 'is not a journal event: type'],
    [lineOf({ type: 'run-confirmed', at: 't', by: 'me' }), 'is not a journal event: by'],
    [lineOf({ type: 'run-finished', at: 't', calls: -1, throttled: 0 }), 'calls'],
    [lineOf({ type: 'run-finished', at: 't', calls: 1.5, throttled: 0 }), 'calls'],
    [
      lineOf(startedOf(run, { settings: { ...startedOf(run).settings, concurrency: 0 } })),
      'settings.concurrency',
    ],
    [
      lineOf(startedOf(run, { settings: { ...startedOf(run).settings, waves: ['x'] } })),
      'settings.waves',
    ],
    [
      lineOf(startedOf(run, { settings: { ...startedOf(run).settings, homeRegion: 'x/../y' } })),
      'settings.homeRegion',
    ],
  ])('is refused for %s with the reason "%s"', (line, reason) => {
    const parsed = parseLine(line);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

it.each([
  ['{"schema":"dhmc.journal/v2"}', 'dhmc.journal/v2'],
  ['{"schema":1}', null],
  ['{}', null],
  ['null', null],
  ['not JSON', null],
])('the schema of %s is %s', (line, schema) => {
  expect(schemaOf(line)).toBe(schema);
});

describe('a plan of 0.1.0', () => {
  it.each([
    [{ leftNaming: ['a'] }, { stillNaming: ['a'] }],
    [{ leftNaming: ['a'], stillNaming: ['b'] }, { stillNaming: ['b'] }],
    [{ stillNaming: ['b'] }, { stillNaming: ['b'] }],
    [{}, {}],
  ])('gets the current member names: %j becomes %j', (plan, expected) => {
    renameFormerMembers(plan);
    expect(plan).toEqual(expected);
  });

  it('is read from a journal with the current member names', () => {
    const [, planned] = events;
    const line = planned === undefined ? '' : formatLine(planned).trimEnd();
    expect(line).toContain('"stillNaming"');
    expect(parseLine(line.replace('"stillNaming"', '"leftNaming"'))).toEqual({
      ok: true,
      event: planned,
    });
  });
});
