/** The sandbox's services, one row each. */
import { account } from './account.ts';
import { cloudformation } from './cloudformation/index.ts';
import { ec2 } from './ec2.ts';
import { iam } from './iam/index.ts';
import { organizations } from './organizations/index.ts';
import type { Service } from './service.ts';
import { ssm } from './ssm/index.ts';
import { sts } from './sts.ts';

export const services: readonly Service[] = [
  organizations,
  ssm,
  account,
  sts,
  iam,
  cloudformation,
  ec2,
];
