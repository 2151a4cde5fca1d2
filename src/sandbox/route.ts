/** From a request to its answer: which service and operation, who asks, what AWS's temper makes of it, and the operation itself. */
import { randomUUID } from 'node:crypto';
import { authenticate } from './auth/authenticate.ts';
import { MalformedPolicy, UnsupportedPolicyElement } from './policy/evaluate.ts';
import { account } from './services/account.ts';
import { iam } from './services/iam/index.ts';
import { organizations } from './services/organizations.ts';
import type { Operation, Service } from './services/service.ts';
import { ssm } from './services/ssm.ts';
import { sts } from './services/sts.ts';
import { nowOf } from './state/state.ts';
import type { State } from './state/state.ts';
import type { FaultInjector, CallInfo } from './faults.ts';
import { writeError, success } from './protocols/answer.ts';
import type { Addressed, Answer } from './protocols/answer.ts';
import { AwsError, unsupported } from './protocols/aws-error.ts';
import { formInput, formPairs } from './protocols/form.ts';
import { violations } from './protocols/shape.ts';
import { parseAuthorization } from './auth/signature.ts';
import type { SignedRequest } from './auth/signature.ts';
import type { Fault } from './world.ts';

const byTarget = new Map([organizations, ssm].map((service) => [service.prefix, service]));
const queryServices = [sts, iam];

/** What became of a request. */
export interface Outcome {
  readonly service: string;
  readonly operation: string;
  /** The account in which the call was made, and the principal's ARN; null where nobody was recognised. */
  readonly account: string | null;
  readonly principal: string | null;
  readonly region: string | null;
  /** The error's code, or null. */
  readonly error: string | null;
  /** What the sandbox could not do, for its owner's eyes; null where nothing. */
  readonly complaint: string | null;
  readonly throttled: boolean;
  readonly latencyMs: number;
  /** An answer, or what happens to the connection instead. */
  readonly answer: Answer | 'reset' | 'hang';
}

interface Addressee {
  readonly service: Service;
  readonly operation: string;
  readonly pairs: ReadonlyMap<string, string> | null;
}

/** Which operation of which service; throws a Failure where there is no such service. */
function address(request: SignedRequest): Addressee {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    const service = byTarget.get(prefix);
    if (service === undefined) throw unsupported(`the target ${target}`);
    return { service, operation, pairs: null };
  }
  const scoped = parseAuthorization(request.headers.authorization ?? '')?.service;
  if (request.path !== '/' || scoped === 'account') {
    if (request.path === '/listRegions')
      return { service: account, operation: 'ListRegions', pairs: null };
    throw unsupported(`the path ${request.path}`);
  }
  const pairs = formPairs(request.body.toString());
  const operation = pairs.get('Action') ?? '';
  const version = pairs.get('Version');
  const service = queryServices.find((each) =>
    scoped === undefined ? each.prefix === version : each.name === scoped,
  );
  if (service === undefined)
    throw unsupported(
      scoped === undefined ? 'a request without a service' : `the service ${scoped}`,
    );
  return { service, operation, pairs };
}

function findOperation({ service, operation, pairs }: Addressee): Operation {
  if (service.protocol === 'query' && pairs?.get('Version') !== service.prefix) {
    throw new AwsError(
      'InvalidAction',
      `Could not find operation ${operation} for version ${pairs?.get('Version') ?? '(none)'}`,
    );
  }
  const found = Object.hasOwn(service.operations, operation)
    ? service.operations[operation]
    : undefined;
  if (found !== undefined) return found;
  const known = `The sandbox does not know the operation ${service.name}:${operation}; it knows ${Object.keys(service.operations).join(', ')}.`;
  throw service.protocol === 'query'
    ? new AwsError(
        'InvalidAction',
        `Could not find operation ${operation} for version ${service.prefix}. ${known}`,
      )
    : new AwsError('UnknownOperationException', known);
}

/** The request's members, held to the operation's constraints. */
function readInput(
  { service, pairs }: Addressee,
  operation: Operation,
  body: Buffer,
): Readonly<Record<string, unknown>> {
  const input = pairs === null ? parseJson(body) : formInput(pairs, operation.members);
  const found = violations(operation.members, input);
  if (found.length === 0) return input;
  const unknown = found.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) throw unsupported(`the member ${unknown.path} of this operation`);
  const type = found.find(({ kind }) => kind === 'type');
  if (type !== undefined)
    throw new AwsError(
      service.protocol === 'query' ? 'MalformedInput' : 'SerializationException',
      type.text,
    );
  throw service.invalid(found);
}

function parseJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Not JSON at all is answered as JSON that is no object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

/** An error of the sandbox's own is answered, and told to its owner; it is not retried by an SDK. */
function asFailure(error: unknown): {
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
    failure: new AwsError('SandboxDefect', `The sandbox has a defect: ${String(error)}`),
    complaint: text,
  };
}

const html =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>';

function faultAnswer(fault: Fault, service: Service, to: Addressed): Answer | 'reset' | 'hang' {
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
      const type =
        fault.answer?.contentType ??
        (service.protocol === 'query' ? 'text/xml' : 'application/x-amz-json-1.1');
      return {
        status: fault.answer?.status ?? 200,
        headers: { 'content-type': type, 'x-amzn-requestid': to.requestId },
        body: fault.answer?.body ?? '',
      };
    }
  }
}

/** Answers one request. Never throws. */
export function route(state: State, mood: FaultInjector, request: SignedRequest): Outcome {
  const requestId = randomUUID();
  let to: Addressed = { protocol: 'json', service: 'unknown', operation: 'unknown', requestId };
  let occasion: CallInfo | null = null;
  let principalArn: string | null = null;

  const outcome = (
    answer: Outcome['answer'],
    error: string | null,
    complaint: string | null,
    throttled: boolean,
  ): Outcome => ({
    service: to.service,
    operation: to.operation,
    account: occasion?.account ?? null,
    principal: principalArn,
    region: occasion?.region ?? null,
    error,
    complaint,
    throttled,
    latencyMs: occasion === null ? 0 : mood.latency(occasion),
    answer,
  });

  try {
    if (request.method !== 'POST') throw unsupported(`the method ${request.method}`);
    const addressee = address(request);
    const { service, operation: name, pairs } = addressee;
    to = { protocol: service.protocol, service: service.name, operation: name, requestId };
    const { principal, region } = authenticate(state, request, service);
    principalArn = principal.arn;
    const operation = findOperation(addressee);
    const intoAccount =
      name === 'AssumeRole'
        ? /^arn:[^:]*:iam::(\d{12}):/.exec(pairs?.get('RoleArn') ?? '')?.[1]
        : undefined;
    const now = nowOf(state);
    occasion = {
      service,
      operation: name,
      caller: principal.account,
      account: intoAccount ?? principal.account,
      region,
    };

    if (!mood.admits(occasion, now)) {
      const failure = service.throttled();
      return outcome(writeError(to, failure), failure.code, null, true);
    }
    const fault = mood.strike(occasion);
    if (fault !== null && fault.after !== true && fault.kind !== 'cut') {
      return outcome(faultAnswer(fault, service, to), fault.kind, null, fault.kind === 'throttle');
    }
    const answer = success(
      to,
      operation.handle(
        { state, principal, region, now },
        readInput(addressee, operation, request.body),
      ),
    );
    if (fault === null) return outcome(answer, null, null, false);
    if (fault.kind === 'cut')
      return outcome(
        { ...answer, body: answer.body.slice(0, answer.body.length / 2) },
        fault.kind,
        null,
        false,
      );
    return outcome(faultAnswer(fault, service, to), fault.kind, null, fault.kind === 'throttle');
  } catch (error) {
    const { failure, complaint } = asFailure(error);
    return outcome(writeError(to, failure), failure.code, complaint, false);
  }
}
