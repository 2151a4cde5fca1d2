import { expect, it } from 'vitest';
import { sharedTexts } from '../../src/core/model/shared-texts.ts';
import { formatLine, parseLine } from '../../src/journal/format.ts';
import { shareTexts } from '../../src/journal/shared-texts.ts';
import { everyEvent, run } from './sample.ts';

it('leaves every event equal, on the first and on later calls', () => {
  const share = shareTexts();
  for (const event of [...everyEvent(run), ...everyEvent(run)]) {
    const parsed = parseLine(formatLine(event).trimEnd());
    if (!parsed.ok) throw new Error(parsed.reason);
    const before = structuredClone(parsed.event);
    share(parsed.event);
    expect(parsed.event).toEqual(before);
  }
});

it('accepts unknown members of any depth', () => {
  const depth = 200_000;
  const unknown: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const event = { type: 'run-finished', unknown };
  shareTexts()(event);
  expect(event.unknown).toBe(unknown);
});

it('returns equal texts, even after it starts anew at its limit', () => {
  const shared = sharedTexts(2);
  const texts = ['a', 'b', 'c', 'a', 'b'];
  expect(texts.map(shared)).toEqual(texts);
});
