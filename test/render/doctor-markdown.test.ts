import { describe, expect, it } from 'vitest';
import { fine, troubled, type Finding } from '../../src/core/doctor/finding.ts';
import { renderDoctorMarkdown } from '../../src/render/doctor-markdown.ts';

const rendered = (findings: readonly Finding[]): string =>
  renderDoctorMarkdown({
    startedAt: '2026-11-22T10:00:00.000Z',
    finishedAt: '2026-11-22T10:00:01.000Z',
    caller: null,
    organization: null,
    partition: null,
    accounts: { inScope: 2, tried: 2 },
    findings,
    usage: { calls: 1, throttled: 0 },
  });
const bad = (at: number, message = `No ${String(at)} <b>.`): Finding =>
  troubled('entry', 'error', String(at), { message, why: 'Why.', hint: 'Fix.' });

describe("the doctor's findings as Markdown", () => {
  it('have sections for errors and warnings, and fold the checks that passed', () => {
    const text = rendered([fine('clock', 'here', 'On time.'), bad(1)]);
    expect(text).toMatch(/^## ❌ dhmc doctor: 1 error; 2 of 2 accounts tried/);
    expect(text).toContain('### ❌ error · entry');
    expect(text).toContain('Why: Why.');
    expect(text).toContain('**Fix.**');
    expect(text).not.toContain('<b>');
    expect(text).toContain('<details><summary>Checks that found nothing</summary>');
    expect(text).toMatch(/\| clock \| `here` \| On time\. \|/);
  });

  it('have a positive headline if there is nothing to report', () => {
    expect(rendered([fine('clock', 'here', 'On time.')])).toMatch(/^## ✅ dhmc doctor: /);
  });

  it('fit into a GitHub comment, and count the findings left out', () => {
    const text = rendered(
      Array.from({ length: 60 }, (_, at) => bad(at, `${String(at)} ${'x'.repeat(2500)}`)),
    );
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\*\*And \d+ more findings\*\*: see the JSON report\./);
  });
});
