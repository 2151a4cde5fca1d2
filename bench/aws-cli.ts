/** Baseline (c): the AWS CLI, if it is installed. It makes only a few calls, since each needs a process of its own. */
import { spawnSync } from 'node:child_process';
import type { Bench } from './cases.ts';
import { environmentFor } from './processes.ts';
import { settingId } from './protocol.ts';

export interface CliSample {
  readonly calls: number;
  readonly processorMsPerCall: number;
}

const calls = 4;

/** The seconds of child processes in the output of the shell's `times`: `0m1.23s 0m0.45s`, on the second line. */
const childrenSeconds = (text: string): number => {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
};

/** Null without the AWS CLI or without a shell. */
export function sampleCli({ folder, server }: Bench): CliSample | null {
  const one = `aws ssm get-service-setting --setting-id ${settingId} > /dev/null || exit 1`;
  const { status, stdout } = spawnSync('sh', ['-c', `${`${one}; `.repeat(calls)}times`], {
    cwd: folder,
    env: environmentFor(folder, server.url),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0
    ? { calls, processorMsPerCall: (childrenSeconds(stdout) * 1000) / calls }
    : null;
}
