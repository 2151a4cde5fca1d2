/** Credentials from a container or an instance. Requests to its metadata addresses never go through a proxy. */
import { CommandError } from '../../core/model/errors.ts';
import type { Facts } from '../../core/model/model.ts';
import { problemFor, type ReasonName } from '../../core/problems/hints.ts';
import { parseSwitch } from '../environment/endpoints.ts';
import type { SharedClientConfig } from '../http/sdk-clients.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { redact } from '../responses/redact.ts';
import { machineModule } from '../sdk/index.ts';
import type { Provided } from './provided.ts';
import { environmentKeys, type MachineSource } from './source.ts';

const containerVariables = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** The variable with the address of the container's credentials; undefined outside a container. */
export const containerVariable = (): string | undefined =>
  containerVariables.find((name) => (process.env[name] ?? '') !== '');

const missing = (
  reason: Extract<ReasonName, `source-${string}`>,
  place: string,
  error: unknown,
  facts: Facts = {},
): CommandError => {
  const words = redact(parseSdkError(error).message.split('\n', 1)[0] ?? '');
  return new CommandError(problemFor(reason, `${place}: ${words}`, facts));
};

const fromContainer = async (
  place: string,
  logger: SharedClientConfig['logger'],
): Promise<Provided> => {
  const variable = containerVariable();
  if (variable === undefined)
    throw missing(
      'source-container-missing',
      place,
      new Error(`${containerVariables.join(' and ')} are not set`),
    );
  const { fromHttp } = await machineModule();
  try {
    return await fromHttp({ logger })();
  } catch (error) {
    throw missing('source-container-failed', `${place}, by ${variable}`, error, { variable });
  }
};

const fromInstance = async (
  place: string,
  logger: SharedClientConfig['logger'],
): Promise<Provided> => {
  if (parseSwitch('AWS_EC2_METADATA_DISABLED', process.env['AWS_EC2_METADATA_DISABLED']) === true)
    throw missing(
      'source-instance-disabled',
      place,
      new Error('AWS_EC2_METADATA_DISABLED turns instance metadata off'),
    );
  const { fromInstanceMetadata } = await machineModule();
  try {
    return await fromInstanceMetadata({ logger })();
  } catch (error) {
    throw missing('source-instance-failed', place, error);
  }
};

/** The credentials from one place on the machine. Throws `CommandError` with the reason. */
export const fromMachine = async (
  source: MachineSource,
  place: string,
  logger: SharedClientConfig['logger'],
): Promise<Provided> => {
  if (source === 'EcsContainer')
    return fromContainer(`${place}: credential_source EcsContainer`, logger);
  if (source === 'Ec2InstanceMetadata')
    return fromInstance(`${place}: credential_source Ec2InstanceMetadata`, logger);
  const keys = environmentKeys(process.env);
  if (keys !== null) return keys;
  throw missing(
    'source-keys-missing',
    `${place}: credential_source Environment`,
    new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'),
  );
};
