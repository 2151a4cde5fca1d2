/** The SDK's providers for sessions that somebody signed in to, and nothing else of their package. */
export { fromLoginCredentials, fromSSO } from '@aws-sdk/credential-providers';
