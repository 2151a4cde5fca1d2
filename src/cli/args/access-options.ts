/** The options that select accounts and regions, and that decide how they are reached. */
import { flag, list, single, type OptionSpec } from './option-spec.ts';
import {
  excludedRegion,
  externalId,
  nameOrId,
  distinctTags,
  newTag,
  region,
  roleName,
  sourceIdentity,
  tag,
  text,
  wholeNumber,
} from './parsers.ts';

export const defaultRoleName = 'OrganizationAccountAccessRole';

export const accessOptions = {
  org: flag({ group: 'Scope', help: 'the whole organization' }),
  ou: list({
    group: 'Scope',
    metavar: 'id|path',
    parse: text,
    split: 'whole',
    help: 'an organizational unit and everything under it, by id or by names from the root (Workloads/Prod)',
  }),
  account: list({
    group: 'Scope',
    metavar: 'id|name',
    parse: nameOrId,
    split: 'whole',
    help: 'one account',
  }),
  tag: list({
    group: 'Scope',
    metavar: 'key=value',
    parse: tag,
    split: 'pairs',
    help: 'only accounts with this tag',
  }),
  'exclude-ou': list({
    group: 'Scope',
    metavar: 'id|path',
    parse: text,
    split: 'whole',
    help: 'leave an organizational unit out',
  }),
  'exclude-account': list({
    group: 'Scope',
    metavar: 'id|name',
    parse: nameOrId,
    split: 'whole',
    help: 'leave an account out',
  }),
  region: list({
    group: 'Scope',
    metavar: 'code',
    parse: region,
    split: 'comma',
    default: 'every region that the account has enabled',
    help: 'a region',
  }),
  'exclude-region': list({
    group: 'Scope',
    metavar: 'code',
    parse: excludedRegion,
    split: 'comma',
    help: 'leave a region out',
  }),

  profile: single({
    group: 'Reaching accounts',
    metavar: 'name',
    parse: text,
    help: 'a profile of the AWS configuration files',
  }),
  'home-region': single({
    group: 'Reaching accounts',
    metavar: 'code',
    parse: region,
    default: "the partition's main region",
    help: 'region for STS, Organizations and IAM',
  }),
  'role-name': list({
    group: 'Reaching accounts',
    metavar: '[path/]name',
    parse: roleName,
    split: 'comma',
    default: defaultRoleName,
    help: 'the role to assume in each member account; with several, the first that works',
  }),
  'external-id': single({
    group: 'Reaching accounts',
    metavar: 'id',
    parse: externalId,
    secret: true,
    help: "the external id that the role's trust policy requires",
  }),
  'session-tag': list({
    group: 'Reaching accounts',
    metavar: 'key=value',
    parse: newTag,
    split: 'pairs',
    validateAll: distinctTags(50),
    help: 'a tag on the sessions',
  }),
  'source-identity': single({
    group: 'Reaching accounts',
    metavar: 'name',
    parse: sourceIdentity,
    help: 'the source identity of the sessions',
  }),
  'session-duration': single({
    group: 'Reaching accounts',
    metavar: 'seconds',
    parse: wholeNumber(900, 43_200, 'seconds'),
    default: '3600',
    help: 'duration of a session; renewed before it ends',
  }),
  'no-session-policy': flag({
    group: 'Reaching accounts',
    help: "do not attach a session policy (use if policy and tags exceed AWS's limit)",
  }),
} satisfies Record<string, OptionSpec>;
