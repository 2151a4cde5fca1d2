/** Calls CloudFormation for the organization's stack sets, always with CallAs. */
import type { DescribeTypeCommandOutput } from '@aws-sdk/client-cloudformation';
import type { Caller, Organization, Reading } from '../../core/model/model.ts';
import { known, unknown } from '../../core/model/model.ts';
import type { CallerIdentity } from '../accounts/sessions.ts';
import type { CallContext, SdkClients } from '../http/sdk-clients.ts';
import { operations, type OperationName } from '../permissions/operations.ts';
import { problemOf, type FailedCall } from '../responses/problems.ts';
import { secretsOf } from '../responses/redact.ts';
import {
  commands,
  describeType,
  type CallAs,
  type InputOf,
  type OutputOf,
  type CloudFormationCall,
} from './commands.ts';

export interface StackSetOptions {
  readonly wire: SdkClients;
  readonly identity: CallerIdentity;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly homeRegion: string;
  /** The time limit of a call including its retries, in milliseconds. Default: none besides that of each attempt. */
  readonly patienceMs?: number | undefined;
}

/** The response, or a timeout error after `patienceMs`. The call itself continues in the background. */
async function within<T>(answer: Promise<T>, patienceMs: number | undefined): Promise<T> {
  if (patienceMs === undefined) return answer;
  const message = `CloudFormation did not answer within ${String(patienceMs / 1000)} seconds.`;
  const silence = Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT' });
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(silence);
    }, patienceMs);
    void answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

export interface StackSetCalls {
  readonly callAs: CallAs;
  readonly failedCall: (name: OperationName) => FailedCall;
  /** Sends the input with CallAs. Throws the SDK's errors. */
  call<Name extends CloudFormationCall>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
  /** Whether a region supports one of AWS's resource types, and how. */
  describeType(region: string, name: string): Promise<DescribeTypeCommandOutput>;
  /** The result of a read, or its problem. */
  reading<T>(name: OperationName, read: () => Promise<T>): Promise<Reading<T>>;
}

export const stackSetCalls = (options: StackSetOptions): StackSetCalls => {
  const { wire, identity, caller, organization, homeRegion, patienceMs } = options;
  const callAs: CallAs =
    caller.account === organization.managementAccount ? 'SELF' : 'DELEGATED_ADMIN';
  const failedCall = (operation: OperationName): FailedCall => ({
    service: 'cloudformation',
    operation,
    region: homeRegion,
    account: caller.account,
    principal: caller.arn,
    secrets: secretsOf(identity.current()),
  });
  const contextOf = (operation: OperationName, region: string): CallContext => ({
    service: 'cloudformation',
    operation,
    region,
    account: caller.account,
    identity,
    writes: operations[operation].writes,
  });
  return {
    callAs,
    failedCall,
    call: async (operation, input) => {
      const send = await commands[operation](wire, homeRegion);
      return within(
        wire.call(contextOf(operation, homeRegion), { ...input, CallAs: callAs }, send),
        patienceMs,
      );
    },
    describeType: async (region, TypeName) => {
      const send = await describeType(wire, region);
      return within(
        wire.call(contextOf('DescribeType', region), { Type: 'RESOURCE' as const, TypeName }, send),
        patienceMs,
      );
    },
    reading: async (name, read) => {
      try {
        return known(await read());
      } catch (error) {
        return unknown(problemOf(error, failedCall(name)));
      }
    },
  };
};
