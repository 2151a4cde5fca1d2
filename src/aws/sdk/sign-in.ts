/** The SDK's credential providers for sign-ins with the AWS CLI. */
export { fromLoginCredentials, fromSSO } from '@aws-sdk/credential-providers';
