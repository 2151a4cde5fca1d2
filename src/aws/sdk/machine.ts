/** The SDK's credential providers for a container or an instance. */
export { fromHttp, fromInstanceMetadata } from '@aws-sdk/credential-providers';
