/** The SDK's own chain of credentials, and nothing else of its package. */
export { fromNodeProviderChain } from '@aws-sdk/credential-providers';
