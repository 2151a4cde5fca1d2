/** Credentials that a container or an instance gives to whatever runs in it. Its addresses are asked past every proxy. */
import { CommandError } from '../../core/model/errors.ts';
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

/** The variable that names the container's credentials; undefined outside of one. */
export const containerVariable = (): string | undefined =>
  containerVariables.find((name) => (process.env[name] ?? '') !== '');

const missing = (place: string, error: unknown, hint: string): CommandError =>
  new CommandError(
    'credentials-missing',
    `${place}: ${redact(parseSdkError(error).message.split('\n', 1)[0] ?? '')}`,
    hint,
  );

const fromContainer = async (
  place: string,
  logger: SharedClientConfig['logger'],
): Promise<Provided> => {
  const variable = containerVariable();
  if (variable === undefined)
    throw missing(
      place,
      new Error(`${containerVariables.join(' and ')} are not set`),
      'Run the command in a container that has a role, or name another source of credentials.',
    );
  const { fromHttp } = await machineModule();
  try {
    return await fromHttp({ logger })();
  } catch (error) {
    throw missing(
      `${place}, by ${variable}`,
      error,
      `Check ${variable} and the role of the container (task role, pod identity).`,
    );
  }
};

const fromInstance = async (
  place: string,
  logger: SharedClientConfig['logger'],
): Promise<Provided> => {
  if (parseSwitch('AWS_EC2_METADATA_DISABLED', process.env['AWS_EC2_METADATA_DISABLED']) === true)
    throw missing(
      place,
      new Error('AWS_EC2_METADATA_DISABLED turns instance metadata off'),
      'Unset AWS_EC2_METADATA_DISABLED, or name another source of credentials.',
    );
  const { fromInstanceMetadata } = await machineModule();
  try {
    return await fromInstanceMetadata({ logger })();
  } catch (error) {
    throw missing(
      place,
      error,
      'Run the command on an instance with an instance profile, or name another source of credentials.',
    );
  }
};

/** The credentials of a named place. Throws `CommandError` that says what failed. */
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
    `${place}: credential_source Environment`,
    new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'),
    'Set both, or name another credential_source.',
  );
};
