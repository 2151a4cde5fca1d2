/** Credentials as their sources give them. */
import type { Credentials } from '../http/signing.ts';

export type Provided = Credentials & { readonly expiration?: Date };

/** Asks for an MFA code; `refused` says why the last one was not taken. Null if nobody answers. */
export type AskMfaCode = (serial: string, refused: string | null) => Promise<string | null>;
