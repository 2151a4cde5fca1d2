/** Restores environment and working directory after each test file, because files share processes. */
import { afterAll } from 'vitest';

// `_` may name nohup; without it, programs that the tests start still react to hangups.
delete process.env['_'];

const environment = { ...process.env };
const directory = process.cwd();

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  if (process.cwd() !== directory) process.chdir(directory);
});
