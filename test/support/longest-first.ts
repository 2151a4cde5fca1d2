/** Orders the test files: project by project, so that files share processes, and the longest first. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Projects with long files come first, so that short files fill the end. */
const projects = ['program', 'parts', 'pure'];

/** Files that take longer than their size suggests; the others are ordered by their last duration, or by size. */
const longest = [
  'docs/documentation.test.ts',
  'e2e/kill-and-resume.test.ts',
  'e2e/journal.test.ts',
  'commands/prove.test.ts',
  'e2e/main-job.test.ts',
  'commands/stack-sets/deploy.test.ts',
  'render/html/index.test.ts',
  'render/templates/cloudformation.test.ts',
  'aws-endpoint/endpoints.test.ts',
  'fuzz/answers.test.ts',
  'fuzz/runs.test.ts',
];

const projectRank = ({ project }: TestSpecification): number => projects.indexOf(project.name);

function fileRank({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((file) => moduleId.endsWith(`/test/${file}`));
  return at < 0 ? longest.length : at;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort(
      (one, other) => projectRank(one) - projectRank(other) || fileRank(one) - fileRank(other),
    );
  }
}
