/** The baseline for `status` on one account: the four clients that it needs, loaded and created, without a call. */
import { AccountClient } from '@aws-sdk/client-account';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

for (const Client of [AccountClient, IAMClient, OrganizationsClient, SSMClient, STSClient])
  new Client({ region: 'us-east-1' });
