/** One row of a table of commands: the client and the command of a call. */
import type { ServiceName } from '../permissions/operations.ts';
import type { Clients, SdkClients } from './sdk-clients.ts';

/** Loads the service's package and client, and returns a function that sends an input. */
export type CommandRow<I, O> = (
  wire: Pick<SdkClients, 'client'>,
  region: string,
) => Promise<(input: I) => Promise<O>>;

/** The input and output of each call of a table of rows. */
export type CallShapes<Rows> = {
  readonly [Name in keyof Rows]: Rows[Name] extends CommandRow<infer I extends object, infer O>
    ? { readonly input: I; readonly output: O }
    : never;
};

/** Makes the rows of a service. `load` loads its package with the first call. */
export const rowsOf =
  <S extends ServiceName, Sdk>(service: S, load: () => Promise<Sdk>) =>
  <I, O>(send: (client: Clients[S], sdk: Sdk, input: I) => Promise<O>): CommandRow<I, O> =>
  async (wire, region) => {
    const [sdk, client] = [await load(), await wire.client(service, region)];
    return (input) => send(client, sdk, input);
  };
