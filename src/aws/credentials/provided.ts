/** The credentials that a source provides. */
import type { Credentials } from '../http/signing.ts';

export type Provided = Credentials & { readonly expiration?: Date };

/** Prompts for an MFA code. `refused` says why the last code was rejected. Null if the user enters none. */
export type AskMfaCode = (serial: string, refused: string | null) => Promise<string | null>;
