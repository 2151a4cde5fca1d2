/** What is called of Systems Manager, and nothing else of its package. */
export {
  SSMClient,
  DescribeInstanceInformationCommand,
  DescribeInstancePropertiesCommand,
  GetServiceSettingCommand,
  ListAssociationsCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
