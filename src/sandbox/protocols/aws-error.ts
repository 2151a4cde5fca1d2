/** A service's error: its code on the wire, message, HTTP status and further members. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  constructor(
    code: string,
    message: string,
    status = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The error for a request that the sandbox does not support. It is explicit, so that no test passes by accident. */
export const unsupported = (what: string): AwsError =>
  new AwsError('SandboxUnsupported', `The sandbox does not know ${what}.`, 400);
