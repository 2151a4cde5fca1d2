import { describe, expect, it } from 'vitest';
import { releaseProblems } from '../../scripts/check-release.ts';

const manifest = {
  version: '1.2.3',
  repository: { url: 'git+https://example.test/acme/dhmc.git' },
  bugs: { url: 'https://example.test/acme/dhmc/issues' },
  homepage: 'https://example.test/acme/dhmc',
  author: 'Acme',
};
const changelog = '# Changes\n\n## 1.2.3 – 2026-11-28\n';

describe('releaseProblems', () => {
  it('finds nothing if tag, change log and links agree', () => {
    expect(releaseProblems(manifest, { tag: 'v1.2.3', changelog })).toEqual([]);
  });

  it('reports a tag other than the version', () => {
    expect(releaseProblems(manifest, { tag: 'v1.2.4', changelog })).toEqual([
      'The tag is v1.2.4, the version in package.json is 1.2.3.',
    ]);
  });

  it('reports a missing chapter of the change log', () => {
    expect(releaseProblems(manifest, { tag: 'v1.2.3', changelog: '# Changes\n' })).toEqual([
      'CHANGELOG.md has no chapter "## 1.2.3 – DATE".',
    ]);
  });

  it('reports placeholders and missing links', () => {
    const { homepage: _homepage, ...rest } = manifest;
    expect(
      releaseProblems(
        { ...rest, bugs: { url: 'https://github.com/OWNER/dhmc/issues' } },
        { tag: 'v1.2.3', changelog },
      ),
    ).toEqual([
      'package.json still has a placeholder in bugs.url: https://github.com/OWNER/dhmc/issues',
      'package.json does not set homepage.',
    ]);
  });
});
