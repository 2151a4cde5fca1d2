/**
 * An import that ends in `?bundled` yields the named script as text, bundled for a browser: that is how the HTML report
 * contains its page's script. A plugin for the build's Rolldown and the tests' Vite.
 */
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

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

const virtual = '\0bundled:';

/** For the build and the tests. Vite handles style sheets by their ending, so ids end in `.js`. */
export const bundledScripts = {
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
