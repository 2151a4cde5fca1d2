/** The port to the cloud over the AWS SDK. */
import type { Cloud, DiagnosedCloud, Diagnostics } from '../run/cloud.ts';
import type { DiagnosticsOptions } from './doctor.ts';
import type { ProofCloud } from './proof.ts';
import type { ConnectOptions } from './connect-options.ts';

export type { ConnectOptions, Profile } from './connect-options.ts';
export type { CallBegun, CallEnded, WatchCall } from './http/call-events.ts';

/** Finds the caller, the partition and the organization. Throws `UsageError` or `CommandError`; writes nothing. */
export const connect = async (options: ConnectOptions): Promise<Cloud> => {
  const { connect } = await import('./cloud.ts');
  return connect(options);
};

/** Connects to AWS step by step: a step that fails is a reading, not an error. Throws `UsageError`; writes nothing. */
export const survey = async (options: DiagnosticsOptions): Promise<Diagnostics> => {
  const { openDiagnostics } = await import('./doctor.ts');
  return openDiagnostics(options);
};

/** Like `connect`, with the doctor's additional calls. */
export const connectDiagnosed = async (options: DiagnosticsOptions): Promise<DiagnosedCloud> => {
  const { connectDiagnosed: open } = await import('./doctor.ts');
  return open(options);
};

/** Like `connect`, with the raw calls that a proof makes in one account. */
export const connectForProof = async (options: ConnectOptions): Promise<ProofCloud> => {
  const { openProof } = await import('./proof.ts');
  return openProof(options);
};
