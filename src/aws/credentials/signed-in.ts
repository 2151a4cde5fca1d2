/** Credentials from a sign-in with the AWS CLI: IAM Identity Center (SSO) or `aws login`. */
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import type { SdkClients, SharedClientConfig } from '../http/sdk-clients.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { redact } from '../responses/redact.ts';
import { signInModule } from '../sdk/index.ts';
import { failedSource, isNetworkError } from './failure.ts';
import type { Provided } from './provided.ts';
import type { CredentialSource } from './source.ts';

type SignedIn = Extract<CredentialSource, { readonly kind: 'sso' | 'login' }>;

/** Keeps the network errors of the SDK's providers, which report them only as text or not at all. */
const keepingErrors = (shared: SharedClientConfig) => {
  const kept: { last: unknown } = { last: null };
  const requestHandler: SharedClientConfig['requestHandler'] = {
    ...shared.requestHandler,
    handle: async (request) => {
      try {
        return await shared.requestHandler.handle(request);
      } catch (error) {
        kept.last = error;
        throw error;
      }
    },
  };
  return { kept, clientConfig: { ...shared, requestHandler } };
};

const providerName = /^(?:Error|\w*ProviderError|\w+Exception):\s*/;

/** The SDK's message about a missing or expired sign-in, in plain words. */
const inPlainWords = (message: string): string => {
  if (/ENOENT|not found or is invalid|is invalid\.$/.test(message))
    return 'nobody has signed in on this machine, or the sign-in cannot be read.';
  return /Value not present|expired/i.test(message) ? 'the sign-in has expired.' : message;
};

/** Gets the credentials of the profile's session. Throws `CommandError` that names the profile. */
export const fromSignedIn = async (
  { kind, place, profile }: SignedIn,
  { wire }: { readonly wire: SdkClients },
): Promise<Provided> => {
  const { fromSSO, fromLoginCredentials } = await signInModule();
  const { kept, clientConfig } = keepingErrors(wire.shared);
  const setting = kind === 'login' ? 'login_session' : 'sso_session';
  const init = { profile, clientConfig, logger: wire.shared.logger };
  try {
    const provide = kind === 'sso' ? fromSSO(init) : fromLoginCredentials(init);
    return await provide();
  } catch (error) {
    const signIn = kind === 'sso' ? 'sso' : 'login';
    if (kept.last !== null && isNetworkError(kept.last))
      throw failedSource(kept.last, {
        place,
        setting,
        call: { service: signIn, operation: kind === 'sso' ? 'GetRoleCredentials' : 'CreateToken' },
        refusal: { reason: 'source-sso-refused' },
      });
    const said = redact(parseSdkError(error).message.split('\n', 1)[0] ?? '');
    const message = said.replace(providerName, '').replace(/ To refresh this SSO session.*$/, '');
    if (/Forbidden|No access/i.test(message))
      throw new CommandError(
        problemFor('source-sso-refused', `${place}: sso_account_id and sso_role_name: ${message}`),
      );
    throw new CommandError(
      problemFor('source-signed-out', `${place}: ${setting}: ${inPlainWords(message)}`, {
        command: kind === 'sso' ? 'aws sso login' : 'aws login',
        profile,
      }),
    );
  }
};
