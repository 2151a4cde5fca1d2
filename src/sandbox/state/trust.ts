/** Which AWS services may assume a role. */
import { trustsService } from '../policy/evaluate.ts';
import type { Role } from '../world.ts';
import type { State } from './state.ts';

/** Whether Systems Manager may assume the role for an account's region. In China either principal will do. */
export const assumableBySystemsManager = (
  state: State,
  accountId: string,
  region: string,
  role: Role,
): boolean =>
  ['ssm.amazonaws.com', `ssm.${state.dnsSuffix}`].some((principal) =>
    trustsService(role.trust, principal, {
      'aws:SourceAccount': accountId,
      'aws:SourceArn': `arn:${state.partition}:ssm:${region}:${accountId}:*`,
      'aws:SourceOrgID': state.organization.id,
    }),
  );

/** Whether a service such as `ec2` may assume the role. */
export const assumableByService = (
  state: State,
  accountId: string,
  role: Role,
  service: string,
): boolean =>
  [`${service}.amazonaws.com`, `${service}.${state.dnsSuffix}`].some((principal) =>
    trustsService(role.trust, principal, {
      'aws:SourceAccount': accountId,
      'aws:SourceOrgID': state.organization.id,
    }),
  );
