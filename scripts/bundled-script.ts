/**
 * An import that ends in `?bundled` gives, as text, the script it names, bundled for a browser: how the HTML report
 * carries its page's script. The same plugin shape serves esbuild (the build) and Vite (the tests).
 */
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const suffix = '?bundled';

async function bundle(file: string): Promise<string> {
  const result = await build({
    entryPoints: [file],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
    legalComments: 'none',
  });
  return result.outputFiles[0]?.text ?? '';
}

export const bundledScripts: Plugin = {
  name: 'bundled-script',
  setup(builder) {
    builder.onResolve({ filter: /\?bundled$/ }, (asked) => ({
      path: resolve(asked.resolveDir, asked.path.slice(0, -suffix.length)),
      namespace: 'bundled-script',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'bundled-script' }, async (asked) => ({
      contents: await bundle(asked.path),
      loader: 'text',
      watchFiles: [asked.path],
    }));
  },
};

const virtual = '\0bundled:';

/** The same for Vite, which the tests run on. Its own handling of style sheets goes by the ending, so ids end in `.js`. */
export const bundledScriptsForTests = {
  name: 'bundled-script',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined): string | null {
    if (!source.endsWith(suffix) || importer === undefined) return null;
    return `${virtual}${resolve(dirname(importer), source.slice(0, -suffix.length))}.js`;
  },
  async load(id: string): Promise<string | null> {
    if (!id.startsWith(virtual)) return null;
    return `export default ${JSON.stringify(await bundle(id.slice(virtual.length, -'.js'.length)))};`;
  },
};
