/** The parts of Systems Manager's package that dhmc uses. */
export {
  SSMClient,
  DescribeInstanceInformationCommand,
  DescribeInstancePropertiesCommand,
  GetServiceSettingCommand,
  ListAssociationsCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
