/** Checks whether this tree can be published under a tag: the same version everywhere, and no placeholder links. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly version: string;
  readonly repository?: { readonly url?: string };
  readonly bugs?: { readonly url?: string };
  readonly homepage?: string;
  readonly author?: string;
}

/** What prevents publishing the package under the tag, one line each; empty if nothing does. */
export function releaseProblems(
  manifest: Manifest,
  { tag, changelog }: { readonly tag: string; readonly changelog: string },
): readonly string[] {
  const problems: string[] = [];
  if (tag !== `v${manifest.version}`)
    problems.push(`The tag is ${tag}, the version in package.json is ${manifest.version}.`);
  if (!changelog.includes(`\n## ${manifest.version} `))
    problems.push(`CHANGELOG.md has no chapter "## ${manifest.version} – DATE".`);
  const links = {
    'repository.url': manifest.repository?.url,
    'bugs.url': manifest.bugs?.url,
    homepage: manifest.homepage,
    author: manifest.author,
  };
  for (const [name, link] of Object.entries(links)) {
    if (link === undefined || link === '') problems.push(`package.json does not set ${name}.`);
    else if (link.includes('OWNER'))
      problems.push(`package.json still has a placeholder in ${name}: ${link}`);
  }
  return problems;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = releaseProblems(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest,
    {
      tag: process.argv[2] ?? '',
      changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
    },
  );
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
