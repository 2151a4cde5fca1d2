/** The license notices of the packages in the bundle. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package directories (from the last `node_modules` on) that the bundle's inputs come from. */
function packageDirectories(inputs: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const input of inputs) {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    if (match !== null) found.add(match[0]);
  }
  return [...found].sort();
}

/**
 * The notices as one text: name, version and license of each package, with its license and notice files. Throws if a
 * package has no license.
 */
export function notices(root: string, inputs: readonly string[]): string {
  const parts = [
    'dhmc ships as a bundle. It contains code of the packages below, each under its own license.\n',
    ...packageDirectories(inputs).map((directory) => {
      const manifest = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        license?: string;
      };
      if (manifest.license === undefined) throw new Error(`${manifest.name} names no license`);
      if (/GPL/i.test(manifest.license))
        throw new Error(`${manifest.name} is under ${manifest.license} and must not be bundled`);
      const texts = readdirSync(join(root, directory))
        .filter(
          (file) =>
            /^(licen[cs]e|notice|copying)/i.test(file) && existsSync(join(root, directory, file)),
        )
        .map((file) => readFileSync(join(root, directory, file), 'utf8').trim());
      return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...texts].join('\n\n');
    }),
  ];
  return `${parts.join(`\n${'-'.repeat(79)}\n\n`)}\n`;
}
