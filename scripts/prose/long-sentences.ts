/** A retext rule that limits the length of sentences. */
import type { VFile } from 'vfile';

const longest = 45;

/** The parts of a natural language tree that the rule uses. */
interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
}

const wordsIn = (node: Node): number =>
  node.type === 'WordNode'
    ? 1
    : (node.children ?? []).reduce((count, child) => count + wordsIn(child), 0);

const sentencesIn = (node: Node): readonly Node[] =>
  node.type === 'SentenceNode' ? [node] : (node.children ?? []).flatMap(sentencesIn);

export function longSentences() {
  return (tree: Node, file: VFile): void => {
    for (const sentence of sentencesIn(tree)) {
      const words = wordsIn(sentence);
      if (words > longest)
        file.message(`A sentence of ${words} words: at most ${longest}.`, sentence as never);
    }
  };
}
