#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();
const [word, ...more] = process.argv.slice(2);
if ((word === '--version' || word === '-V') && more.length === 0) {
  // Asked often and by machines: answered before the parser is loaded, with the same words.
  const { version } = await import('../dist/version.js');
  process.stdout.on('error', () => {});
  process.stdout.write(`${version}\n`);
} else await import('../dist/main.js');
