#!/usr/bin/env node
import module from 'node:module';
import { privateCompileCache } from './compile-cache.js';

if (module.enableCompileCache !== undefined) {
  const folder = privateCompileCache(process);
  if (folder !== null) module.enableCompileCache(folder);
}
const { prebuiltAnswer } = await import('../dist/prebuilt-help.js');
const answer = prebuiltAnswer(process.argv.slice(2), process);
if (answer === null) await (await import('../dist/main.js')).runProgram();
else {
  process.stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return;
    process.exitCode = 1;
    process.stderr.write(`dhmc: Standard output cannot be written: ${message}.\n`);
  });
  process.stdout.write(answer);
}
