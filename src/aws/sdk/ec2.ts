/** The parts of EC2's package that dhmc uses. */
export {
  EC2Client,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
} from '@aws-sdk/client-ec2';
