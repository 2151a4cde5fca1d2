/**
 * The SDK's clients: one for each service and region, shared by all accounts. Each call is signed with its own
 * credentials. Every attempt of every call passes one function, which limits, signs, counts and reports it.
 */
import type { AccountClient } from '@aws-sdk/client-account';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Usage } from '../../run/cloud.ts';
import type { WatchCall } from './call-events.ts';
import { instrument, isOutgoing, type Outgoing, type SendTry } from './instrument.ts';
import type { CaBundle } from '../environment/certificates.ts';
import { operations, type OperationName, type ServiceName } from '../permissions/operations.ts';
import { parseSdkError, isExpired, isThrottling, isTimeout } from './sdk-error.ts';
import { makeLimiter } from './limiter.ts';
import { makePace } from './rate.ts';
import { makeRetryStrategy, retryLimits, type FailedTry, type RetryStrategy } from './retry.ts';
import { signRequest, type Credentials } from './signing.ts';
import { hostOf, makeTransport, type Transport } from './transport.ts';
import {
  accountModule,
  iamModule,
  organizationsModule,
  ssmModule,
  stsModule,
  ec2Module,
  cloudFormationModule,
} from '../sdk/index.ts';

/** The credentials that sign a call. */
export interface Identity {
  credentials(): Promise<Credentials>;
  /** Replaces credentials that AWS rejected as expired; false if none are newer. */
  renew(expired: Credentials): Promise<boolean>;
}

/** The facts about a call, besides its input. */
export interface CallContext {
  readonly service: ServiceName;
  readonly operation: OperationName;
  readonly region: string;
  readonly account: string | null;
  readonly identity: Identity;
  readonly writes: boolean;
}

/** The client of each service. */
export interface Clients {
  readonly account: AccountClient;
  readonly iam: IAMClient;
  readonly organizations: OrganizationsClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly ec2: EC2Client;
  readonly cloudformation: CloudFormationClient;
}

/** Configuration that lets other services' clients share connections, timeouts and retries. */
export interface SharedClientConfig {
  readonly requestHandler: Transport;
  readonly retryStrategy: RetryStrategy;
  readonly logger: typeof silent;
}

export interface SdkClients {
  client<S extends ServiceName>(service: S, region: string): Promise<Clients[S]>;
  /**
   * Sends one call. `send` must pass exactly this input object to its command. Renews expired credentials once.
   * Throws the SDK's errors.
   */
  call<I extends object, O>(
    context: CallContext,
    input: I,
    send: (input: I) => Promise<O>,
  ): Promise<O>;
  /** For clients of the services that provide the caller's credentials. */
  readonly shared: SharedClientConfig;
  usage(): Usage;
  /** Origins of requests that were not AWS's own. */
  foreignEndpoints(): readonly string[];
  /**
   * How far this machine's clock is ahead of AWS's, in milliseconds, from the Date of the first response. Accurate to
   * about a second; null before that.
   */
  clockAheadMs(): number | null;
  /** The number of connections opened, and the last Retry-After. */
  transport(): { readonly connections: number; readonly retryAfter: string | null };
  close(): void;
}

export interface SdkClientsOptions {
  readonly concurrency: number;
  readonly caBundle?: CaBundle | null;
  readonly onCall?: WatchCall | undefined;
}

const awsHosts =
  /\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws|amazonaws\.eu|api\.amazonwebservices\.(com\.cn|eu))$/;

/** Whether the host is one of AWS's own. */
export const isAwsHost = (hostname: string): boolean => awsHosts.test(hostname);

const isSigV4 = (
  value: unknown,
): value is { readonly signingName?: string; readonly signingRegion?: string } =>
  typeof value === 'object' && value !== null;

/**
 * Throws for calls that are not in the table of operations. IAM policies are made from the table, so every call must
 * be in it.
 */
const requireInTable = (
  { service, operation, writes }: CallContext,
  commandName: string | undefined,
): void => {
  const entry = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (
    entry?.service === service &&
    entry.writes === writes &&
    commandName === `${operation}Command`
  )
    return;
  throw new Error(
    `${commandName ?? 'A call'} was sent as ${service}:${operation}, which the table of operations does not hold.`,
  );
};

const silent = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

export const makeSdkClients = async ({
  concurrency,
  caBundle = null,
  onCall,
}: SdkClientsOptions): Promise<SdkClients> => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const pace = makePace();
  let clockAheadMs: number | null = null;
  const transport = await makeTransport({
    maxSockets: concurrency,
    caBundle,
    onDate: (date) => {
      if (clockAheadMs !== null) return;
      const theirs = Date.parse(date);
      // Date has whole seconds: half a second is added, the average of the rest.
      if (!Number.isNaN(theirs)) clockAheadMs = Date.now() - (theirs + 500);
    },
  });
  const limiter = makeLimiter(concurrency, undefined, transport.isFree);
  const contexts = new WeakMap<object, CallContext>();
  const signers = new WeakMap<object, Credentials>();
  const failedTries = new WeakMap<object, FailedTry>();
  const silences = new Map<string, number>();
  const endpoints = new Set<string>();
  const usage = { calls: 0, throttled: 0 };
  const retryStrategy = makeRetryStrategy(retryLimits(concurrency), (error) =>
    typeof error === 'object' && error !== null ? failedTries.get(error) : undefined,
  );

  // These clients only read. A service that timed out is not called again.
  const sharedRetries = makeRetryStrategy(retryLimits(concurrency), (error) => ({
    writes: false,
    silences: isTimeout(parseSdkError(error)) ? 2 : 0,
  }));

  const noteEndpoint = (request: Outgoing): void => {
    if (isAwsHost(request.hostname)) return;
    const port = request.port === undefined ? '' : `:${String(request.port)}`;
    endpoints.add(`${request.protocol}//${request.hostname}${port}`);
  };

  const noteFailure = (error: unknown, { account, writes }: CallContext): string => {
    const failure = parseSdkError(error);
    if (isThrottling(failure)) {
      usage.throttled += 1;
      limiter.throttled();
    }
    const name = account ?? '';
    const silent = isTimeout(failure) && !failure.fromService ? (silences.get(name) ?? 0) + 1 : 0;
    if (silent > 0) silences.set(name, silent);
    else silences.delete(name);
    if (typeof error === 'object' && error !== null)
      failedTries.set(error, { writes, silences: silent });
    return failure.name;
  };

  const sendOnce = async <T>(
    context: CallContext,
    request: Outgoing,
    send: () => Promise<T>,
  ): Promise<T> => {
    signers.set(request, await context.identity.credentials());
    if (context.service === 'organizations') await pace(context.operation);
    return limiter.run(hostOf(request), async () => {
      const started = performance.now();
      let outcome = 'ok';
      const ended = onCall?.({
        service: context.service,
        operation: context.operation,
        account: context.account,
        region: context.region,
      });
      usage.calls += 1;
      noteEndpoint(request);
      try {
        const answer = await send();
        limiter.answered();
        if (silences.size > 0) silences.delete(context.account ?? '');
        return answer;
      } catch (error) {
        outcome = noteFailure(error, context);
        throw error;
      } finally {
        ended?.({ ms: performance.now() - started, outcome });
      }
    });
  };

  const configuration = (service: ServiceName, region: string) => ({
    region,
    requestHandler: transport,
    retryStrategy,
    cacheMiddleware: true,
    logger: silent,
    defaultsMode: 'standard' as const,
    // Never used, because each call is signed with its own credentials. It keeps the SDK from looking for others.
    credentials: () => Promise.resolve({ accessKeyId: 'unused', secretAccessKey: 'unused' }),
    signer: (scheme?: unknown) =>
      Promise.resolve({
        sign: <R>(request: R, options?: { readonly signingDate?: unknown }): Promise<R> => {
          const credentials = isOutgoing(request) ? signers.get(request) : undefined;
          if (credentials === undefined || !isOutgoing(request))
            throw new Error('A request reached the signer without credentials.');
          const { signingName, signingRegion } = isSigV4(scheme) ? scheme : {};
          const date = options?.signingDate instanceof Date ? options.signingDate : new Date();
          signRequest(request, credentials, {
            service: signingName ?? service,
            region: signingRegion ?? region,
            date,
          });
          return Promise.resolve(request);
        },
      }),
  });

  const sendTry: SendTry = ({ input, commandName }, request, send) => {
    const context = contexts.get(input);
    if (context === undefined) throw new Error('A call was sent past the wire.');
    requireInTable(context, commandName);
    return sendOnce(context, request, send);
  };
  const instrumented = <C extends { readonly middlewareStack: unknown }>(client: C): C =>
    instrument(client, sendTry);

  const make: { readonly [S in ServiceName]: (region: string) => Promise<Clients[S]> } = {
    account: async (region) =>
      instrumented(new (await accountModule()).AccountClient(configuration('account', region))),
    iam: async (region) =>
      instrumented(new (await iamModule()).IAMClient(configuration('iam', region))),
    organizations: async (region) =>
      instrumented(
        new (await organizationsModule()).OrganizationsClient(
          configuration('organizations', region),
        ),
      ),
    ssm: async (region) =>
      instrumented(new (await ssmModule()).SSMClient(configuration('ssm', region))),
    sts: async (region) =>
      instrumented(new (await stsModule()).STSClient(configuration('sts', region))),
    ec2: async (region) =>
      instrumented(new (await ec2Module()).EC2Client(configuration('ec2', region))),
    cloudformation: async (region) =>
      instrumented(
        new (await cloudFormationModule()).CloudFormationClient(
          configuration('cloudformation', region),
        ),
      ),
  };
  const made: { readonly [S in ServiceName]: Map<string, Promise<Clients[S]>> } = {
    account: new Map(),
    iam: new Map(),
    organizations: new Map(),
    ssm: new Map(),
    sts: new Map(),
    ec2: new Map(),
    cloudformation: new Map(),
  };

  return {
    client: (service, region) => {
      let client = made[service].get(region);
      if (client === undefined) {
        client = make[service](region);
        made[service].set(region, client);
      }
      return client;
    },
    call: async (context, input, send) => {
      contexts.set(input, context);
      const used = await context.identity.credentials();
      try {
        return await send(input);
      } catch (error) {
        if (!isExpired(parseSdkError(error)) || !(await context.identity.renew(used))) throw error;
        return send(input);
      }
    },
    shared: { requestHandler: transport, retryStrategy: sharedRetries, logger: silent },
    usage: () => ({ ...usage }),
    foreignEndpoints: () => [...endpoints],
    clockAheadMs: () => clockAheadMs,
    transport: () => transport.seen(),
    close: () => transport.destroy(),
  };
};
