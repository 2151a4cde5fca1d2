/**
 * Turns a request into a response: finds the operation, authenticates the caller, injects a fault, or performs the
 * operation.
 */
import { randomUUID } from 'node:crypto';
import { authenticate } from './auth/authenticate.ts';
import { performOperation } from './call.ts';
import { MalformedPolicy, UnsupportedPolicyElement } from './policy/evaluate.ts';
import { settle } from './services/cloudformation/engine.ts';
import { services } from './services/registry.ts';
import type { Operation, Service } from './services/service.ts';
import { nowOf } from './state/state.ts';
import type { State } from './state/state.ts';
import type { FaultInjector, CallInfo } from './faults.ts';
import {
  addressOf,
  protocols,
  unknownService,
  writeError,
  writeSuccess,
} from './protocols/index.ts';
import type { Addressed, Answer, Exchange } from './protocols/protocol.ts';
import { AwsError, unsupported } from './protocols/aws-error.ts';
import { violations } from './protocols/shape.ts';
import { parseAuthorization } from './auth/signature.ts';
import type { SignedRequest } from './auth/signature.ts';
import type { Fault } from './world.ts';

/** The result of a request. */
export interface Outcome {
  readonly service: string;
  readonly operation: string;
  /**
   * The account that the call was made in, and the principal's ARN; null if the request failed before they were
   * known.
   */
  readonly account: string | null;
  readonly principal: string | null;
  readonly region: string | null;
  /** The error's code; null for a success. */
  readonly error: string | null;
  /**
   * A message for the person who runs the sandbox: an unsupported request or a bug in the sandbox. Otherwise null.
   */
  readonly complaint: string | null;
  readonly throttled: boolean;
  readonly latencyMs: number;
  /** The response, or what happens to the connection instead. */
  readonly answer: Answer | 'reset' | 'hang';
}

function findOperation({ service, operation, problem }: Addressed<Service>): Operation {
  if (problem !== null) throw problem;
  const found = Object.hasOwn(service.operations, operation)
    ? service.operations[operation]
    : undefined;
  if (found !== undefined) return found;
  const known = `The sandbox does not know the operation ${service.name}:${operation}; it knows ${Object.keys(service.operations).join(', ')}.`;
  throw protocols[service.protocol].errors.unknownOperation(service, operation, known);
}

/** Reads the request's members and checks them against the operation's shapes. */
function readInput(
  { service, read }: Addressed<Service>,
  operation: Operation,
): Readonly<Record<string, unknown>> {
  const input = read(operation.members);
  const found = violations(operation.members, input);
  if (found.length === 0) return input;
  const unknown = found.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) throw unsupported(`the member ${unknown.path} of this operation`);
  const type = found.find(({ kind }) => kind === 'type');
  if (type !== undefined) throw protocols[service.protocol].errors.wrongType(type.text);
  throw service.invalid(found);
}

/**
 * Turns any error into an `AwsError`. Errors of the sandbox itself are also reported to the person who runs it; SDKs
 * do not retry them.
 */
function asAwsError(error: unknown): {
  readonly failure: AwsError;
  readonly complaint: string | null;
} {
  if (error instanceof AwsError)
    return {
      failure: error,
      complaint: error.code === 'SandboxUnsupported' ? error.message : null,
    };
  if (error instanceof UnsupportedPolicyElement || error instanceof MalformedPolicy) {
    return { failure: new AwsError('SandboxUnsupported', error.message), complaint: error.message };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    failure: new AwsError('SandboxDefect', `The sandbox has a bug: ${String(error)}`),
    complaint: text,
  };
}

const html =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>';

function faultAnswer(fault: Fault, service: Service, to: Exchange): Answer | 'reset' | 'hang' {
  switch (fault.kind) {
    case 'reset':
    case 'hang':
      return fault.kind;
    case 'throttle':
      return writeError(to, service.throttled());
    case 'server-error':
      return writeError(to, service.internal());
    case 'garbage':
    case 'cut':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: html };
    case 'error':
      return writeError(
        to,
        new AwsError(
          fault.error?.code ?? 'InternalFailure',
          fault.error?.message ?? '',
          fault.error?.status ?? 400,
        ),
      );
    case 'answer': {
      const type = fault.answer?.contentType ?? protocols[service.protocol].contentType;
      return {
        status: fault.answer?.status ?? 200,
        headers: { 'content-type': type, 'x-amzn-requestid': to.requestId },
        body: fault.answer?.body ?? '',
      };
    }
  }
}

/** Responds to one request. Never throws. */
export function route(state: State, injector: FaultInjector, request: SignedRequest): Outcome {
  const requestId = randomUUID();
  let to: Exchange = { service: unknownService, operation: 'unknown', requestId };
  let info: CallInfo | null = null;
  let principalArn: string | null = null;

  const outcome = (
    answer: Outcome['answer'],
    went: Partial<Pick<Outcome, 'error' | 'complaint' | 'throttled'>> = {},
  ): Outcome => ({
    service: to.service.name,
    operation: to.operation,
    account: info?.account ?? null,
    principal: principalArn,
    region: info?.region ?? null,
    ...{ error: null, complaint: null, throttled: false },
    ...went,
    latencyMs: info === null ? 0 : injector.latency(info),
    answer,
  });
  const faulty = (fault: Fault, service: Service): Outcome =>
    outcome(faultAnswer(fault, service, to), {
      error: fault.kind,
      throttled: fault.kind === 'throttle',
    });

  try {
    if (request.method !== 'POST') throw unsupported(`the method ${request.method}`);
    const scope = parseAuthorization(request.headers.authorization ?? '')?.service;
    const addressed = addressOf(request, scope, services);
    const { service, operation: name } = addressed;
    to = { service, operation: name, requestId };
    const { principal, region } = authenticate(state, request, service);
    principalArn = principal.arn;
    const operation = findOperation(addressed);
    const now = nowOf(state);
    settle(state, now);
    info = {
      service,
      operation: name,
      caller: principal.account,
      account: operation.targetAccount?.(addressed.read(operation.members)) ?? principal.account,
      region,
    };

    if (!injector.allow(info, now)) {
      const error = service.throttled();
      return outcome(writeError(to, error), { error: error.code, throttled: true });
    }
    const fault = injector.nextFault(info);
    if (fault !== null && fault.after !== true && fault.kind !== 'cut')
      return faulty(fault, service);
    const input = readInput(addressed, operation);
    const origin = { state, service, operation: name, principal, region, now };
    const answer = writeSuccess(to, performOperation(origin, input));
    if (fault === null) return outcome(answer);
    if (fault.kind === 'cut')
      return outcome(
        { ...answer, body: answer.body.slice(0, answer.body.length / 2) },
        { error: fault.kind },
      );
    return faulty(fault, service);
  } catch (error) {
    const { failure, complaint } = asAwsError(error);
    return outcome(writeError(to, failure), { error: failure.code, complaint });
  }
}
