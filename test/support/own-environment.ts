/** Undoes what a test file does to its process: files share processes. */
import { afterAll } from 'vitest';

// Tests that are run under nohup are not: hangups reach what they start.
delete process.env['_'];

const environment = { ...process.env };
const directory = process.cwd();

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  if (process.cwd() !== directory) process.chdir(directory);
});
