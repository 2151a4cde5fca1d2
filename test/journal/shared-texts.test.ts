import { expect, it } from 'vitest';
import { sharedTexts } from '../../src/core/model/shared-texts.ts';
import { formatLine, parseLine } from '../../src/journal/format.ts';
import { shareTexts } from '../../src/journal/shared-texts.ts';
import { everyEvent, run } from './sample.ts';

it('leaves every event equal, the first time and again', () => {
  const share = shareTexts();
  for (const event of [...everyEvent(run), ...everyEvent(run)]) {
    const parsed = parseLine(formatLine(event).trimEnd());
    if (!parsed.ok) throw new Error(parsed.reason);
    const before = structuredClone(parsed.event);
    share(parsed.event);
    expect(parsed.event).toEqual(before);
  }
});

it('takes members that nobody knows, however deep they are', () => {
  const depth = 200_000;
  const unknown: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const event = { type: 'run-finished', unknown };
  shareTexts()(event);
  expect(event.unknown).toBe(unknown);
});

it('gives the same texts, also after it has begun anew', () => {
  const shared = sharedTexts(2);
  const texts = ['a', 'b', 'c', 'a', 'b'];
  expect(texts.map(shared)).toEqual(texts);
});
