/** What is called of EC2, and nothing else of its package. */
export {
  EC2Client,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
} from '@aws-sdk/client-ec2';
