/** Bundles modules for Node: the program, and the baselines of the benchmark. */
import { relative, sep } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown';

interface BundleOptions {
  /** The folder of the inputs; returned paths are relative to it. */
  readonly root: string;
  /** Entry modules by the names of their output files. */
  readonly entries: Readonly<Record<string, string>>;
  readonly into: string;
  readonly extension?: 'js' | 'mjs';
  /** Default: a chunk for each set of modules that several entries or dynamic imports share. */
  readonly chunks?: OutputOptions['codeSplitting'];
  readonly define?: Readonly<Record<string, string>>;
  readonly plugins?: InputOptions['plugins'];
}

/** Writes the bundle, and returns the paths of all files in it. */
export async function bundle(options: BundleOptions): Promise<readonly string[]> {
  const { root, entries, into, extension = 'js', chunks = true } = options;
  const bundler = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20.19', define: options.define ?? {} },
    plugins: options.plugins ?? [],
    // Some commands import statically what others import dynamically.
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
