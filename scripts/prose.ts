/**
 * Checks the English. Retext looks for doubled words, wrong articles and long sentences in pages. The habits of
 * `prose/habits.ts` are searched in pages, messages, help, schemas, examples, comments and test titles. Spelling is
 * checked by cspell.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRetext from 'remark-retext';
import retextEnglish from 'retext-english';
import retextIndefiniteArticle from 'retext-indefinite-article';
import retextRepeatedWords from 'retext-repeated-words';
import { unified } from 'unified';
import { VFile } from 'vfile';
import { habits } from './prose/habits.ts';
import { longSentences } from './prose/long-sentences.ts';
import {
  commentsOfSource,
  textsOfLines,
  textsOfPage,
  textsOfSource,
  titlesOfTests,
  type Text,
} from './prose/texts.ts';

const root = join(import.meta.dirname, '..');

const filesUnder = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();

const pages = (): readonly string[] => [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesUnder('docs', '.md'),
  ...filesUnder('src', '.md'),
];

/** The files that are searched for habits, each with the function that extracts its texts. */
const searched = (): readonly (readonly [string, (path: string) => readonly Text[]])[] => [
  ...pages().map((file) => [file, textsOfPage] as const),
  ...filesUnder('src', '.ts').map((file) => [file, textsOfSource] as const),
  ...['src', 'test', 'scripts', 'bench']
    .flatMap((folder) => filesUnder(folder, '.ts'))
    .map((file) => [file, commentsOfSource] as const),
  ...filesUnder('test', '.test.ts').map((file) => [file, titlesOfTests] as const),
  ...['schemas', 'examples', '.github']
    .flatMap((folder) => [
      ...filesUnder(folder, '.json'),
      ...filesUnder(folder, '.yaml'),
      ...filesUnder(folder, '.yml'),
    ])
    .map((file) => [file, textsOfLines] as const),
  ['action.yml', textsOfLines],
  ['package.json', textsOfLines],
];

/** The habits found in the texts, as `file:line`, with what to write instead. */
export const habitsIn = (file: string, texts: readonly Text[]): readonly string[] =>
  texts.flatMap(({ line, text }) =>
    habits.flatMap(({ pattern, advice }) => {
      const found = pattern.exec(text);
      return found === null ? [] : [`${file}:${line}: "${found[0]}": ${advice}`];
    }),
  );

const words = unified()
  .use(retextEnglish)
  .use(retextRepeatedWords)
  .use(retextIndefiniteArticle)
  .use(longSentences);

const english = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRetext, words as never);

/** The remarks of retext about a page. */
async function remarksOn(file: string): Promise<readonly string[]> {
  const page = new VFile({ path: file, value: readFileSync(join(root, file), 'utf8') });
  await english.run(english.parse(page), page);
  return page.messages.map(({ line, reason }) => `${file}:${line ?? 1}: ${reason}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = [
    ...(await Promise.all(pages().map(remarksOn))).flat(),
    ...searched().flatMap(([file, textsOf]) => habitsIn(file, textsOf(join(root, file)))),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
