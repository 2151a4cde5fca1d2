/** Which AWS services may assume a role. */
import { trustsService } from '../policy/evaluate.ts';
import type { Role } from '../world.ts';
import type { State } from './state.ts';

/** The condition keys of a service's request about the account that it acts for. */
const sourceOf = (state: State, accountId: string) => {
  const { organization } = state;
  const member = organization.accounts.get(accountId);
  return {
    'aws:SourceAccount': accountId,
    ...(member === undefined
      ? {}
      : {
          'aws:SourceOrgID': organization.id,
          'aws:SourceOrgPaths': [organization.pathOf(member.parent)],
        }),
  };
};

/** Whether Systems Manager can assume the role for an account and region. In China, both service principals work. */
export const assumableBySystemsManager = (
  state: State,
  accountId: string,
  region: string,
  role: Role,
): boolean =>
  ['ssm.amazonaws.com', `ssm.${state.dnsSuffix}`].some((principal) =>
    trustsService(role.trust, principal, {
      ...sourceOf(state, accountId),
      'aws:SourceArn': `arn:${state.partition}:ssm:${region}:${accountId}:*`,
    }),
  );

/** Whether a service such as `ec2` can assume the role. */
export const assumableByService = (
  state: State,
  accountId: string,
  role: Role,
  service: string,
): boolean =>
  [`${service}.amazonaws.com`, `${service}.${state.dnsSuffix}`].some((principal) =>
    trustsService(role.trust, principal, sourceOf(state, accountId)),
  );
