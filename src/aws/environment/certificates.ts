/** The certificate authorities that connections trust, and whether certificates are verified. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../core/model/errors.ts';
import { expandHome } from './shared-files.ts';

/** A bundle of certificates named by the environment or the profile. */
export interface CaBundle {
  /** The setting or variable that names it, for messages. */
  readonly place: string;
  readonly path: string;
}

const blocks = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};

/** Reads the bundle. Throws `UsageError` if it cannot be read, or has no certificate or a damaged one. */
export const readCaBundle = async ({ place, path }: CaBundle): Promise<string> => {
  let text: string;
  try {
    text = await readFile(expandHome(path), 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${place} cannot be read: ${why}`,
      `Point ${place} at a readable PEM file, or remove it.`,
    );
  }
  const found = text.match(blocks) ?? [];
  const broken = found.findIndex((pem) => !isCertificate(pem));
  if (found.length > 0 && broken === -1) return text;
  throw new UsageError(
    found.length === 0
      ? `${place}: ${path} does not contain a certificate.`
      : `${place}: certificate ${String(broken + 1)} in ${path} is damaged.`,
    `Point ${place} at a file of certificates in PEM format (-----BEGIN CERTIFICATE-----), or remove it.`,
  );
};

const insecureVariable = 'NODE_TLS_REJECT_UNAUTHORIZED';
let insecure = false;

/**
 * Whether the user disabled certificate verification. Removes the variable, because Node would print its own warning.
 */
export const ignoresCertificates = (): boolean => {
  if (process.env[insecureVariable] === '0') {
    insecure = true;
    Reflect.deleteProperty(process.env, insecureVariable);
  }
  return insecure;
};

/** Variables that were removed here, but that child processes still need. */
export const hiddenVariables = (): Readonly<Record<string, string>> =>
  insecure ? { [insecureVariable]: '0' } : {};
