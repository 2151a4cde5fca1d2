/**
 * Loaded before the program (`node --import`), kills its process at the n-th journal line: `before` it is written,
 * `after` it, or with half of it written (`torn`). The program itself has no code for this.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [at, moment] = (process.env.CRASH_AT_RECORD ?? '0:').split(':');
const target = Number(at);
let written = 0;

const open = fs.promises.open;
fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!/\.jsonl(\.unfinished)?$/.test(String(path))) return handle;
  const append = handle.appendFile.bind(handle);
  handle.appendFile = async (text) => {
    const lines = text.match(/[^\n]*\n/g) ?? [];
    const index = target - written - 1;
    written += lines.length;
    const struck = lines[index];
    if (struck === undefined) return append(text);
    const part =
      moment === 'before'
        ? ''
        : moment === 'after'
          ? struck
          : struck.slice(0, Math.ceil(struck.length / 2));
    await append(lines.slice(0, index).join('') + part);
    process.kill(process.pid, 'SIGKILL');
    // Nothing more may happen while the signal is on its way.
    for (;;);
  };
  return handle;
};
syncBuiltinESMExports();
