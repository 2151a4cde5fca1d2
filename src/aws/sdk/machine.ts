/** The SDK's providers for the credentials of a container or an instance, and nothing else of their package. */
export { fromHttp, fromInstanceMetadata } from '@aws-sdk/credential-providers';
