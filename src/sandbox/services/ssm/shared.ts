/** Shared by Systems Manager's operations: its errors. */
import { AwsError } from '../../protocols/aws-error.ts';

export const fail = (code: string, message: string, status = 400): AwsError =>
  new AwsError(code, message, status);
