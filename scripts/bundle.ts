/** Bundles modules for Node: the program, and the baselines of the benchmark. */
import { relative, sep } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown';

interface BundleOptions {
  /** Where the inputs are, and what the paths of the answer begin at. */
  readonly root: string;
  /** By the names of the files that they become. */
  readonly entries: Readonly<Record<string, string>>;
  readonly into: string;
  readonly extension?: 'js' | 'mjs';
  /** Default: whatever several entries or late imports share is a chunk of its own. */
  readonly chunks?: OutputOptions['codeSplitting'];
  readonly define?: Readonly<Record<string, string>>;
  readonly plugins?: InputOptions['plugins'];
}

/** Writes the bundle, and returns the path of every file that is in it. */
export async function bundle(options: BundleOptions): Promise<readonly string[]> {
  const { root, entries, into, extension = 'js', chunks = true } = options;
  const bundler = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20.19', define: options.define ?? {} },
    plugins: options.plugins ?? [],
    // One command loads late what another needs at once.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundler.write({
    dir: into,
    format: 'esm',
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `chunks/[name]-[hash].${extension}`,
    codeSplitting: chunks,
    comments: false,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundler.close();
  return output
    .flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    .map((id) => relative(root, id).replaceAll(sep, '/'));
}
