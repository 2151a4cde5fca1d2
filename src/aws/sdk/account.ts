/** What is called of Account Management, and nothing else of its package. */
export { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
