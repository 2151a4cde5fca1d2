#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();
const { prebuiltAnswer } = await import('../dist/prebuilt-help.js');
const answer = prebuiltAnswer(process.argv.slice(2), process);
if (answer === null) await import('../dist/main.js');
else {
  process.stdout.on('error', () => {});
  process.stdout.write(answer);
}
