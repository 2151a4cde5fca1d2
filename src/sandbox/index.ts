/** The sandbox: an AWS organization on a port of 127.0.0.1. Its README describes what it guarantees. */
export { exportLines, sandboxEnvironment } from './environment.ts';
export type { LoggedRequest, Requests } from './request-log.ts';
export { runSandbox, SandboxError } from './command.ts';
export type { SandboxOptions, SandboxRun } from './command.ts';
export type { Sandbox, StartOptions } from './sandbox.ts';
export { dhmcSettingId } from './services/ssm/index.ts';
export { startSandbox } from './server.ts';
export type * from './world.ts';
