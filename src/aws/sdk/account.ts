/** The parts of Account Management's package that dhmc uses. */
export { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
