/** Removes secrets from displayed text, because AWS repeats headers in signature errors. */
import type { Credentials } from '../http/signing.ts';

const maxMessage = 2000;

const patterns: readonly (readonly [RegExp, string])[] = [
  // The user and password in a URL.
  [/\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#@]+@/gi, '$1…@'],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1…'],
  [
    /(x-amz-security-token|authorization|x-amz-credential|x-amz-signature)["']?\s*[:=]\s*(?:\S[^\n]*)?/gi,
    '$1:…',
  ],
  [
    /(Credential|Signature|SessionToken|SecretAccessKey|ExternalId)["']?\s*[=:]\s*["']?[^\s,;&"']+/gi,
    '$1=…',
  ],
  [/Value '[^']*' at 'externalId'/gi, "Value '…' at 'externalId'"],
  // The canonical string and the string to sign, which signature errors repeat.
  [/\n[^\S\n]*The Canonical String for this request should have been[^]*$/i, ''],
];

/** The text without the given secrets and anything that looks like one, at most 2,000 characters. */
export const redact = (text: string, secrets: readonly (string | undefined)[] = []): string => {
  let safe = text;
  for (const secret of secrets)
    if (secret !== undefined && secret.length >= 4) safe = safe.replaceAll(secret, '…');
  for (const [pattern, replacement] of patterns) safe = safe.replace(pattern, replacement);
  return safe.length > maxMessage ? `${safe.slice(0, maxMessage)}…` : safe;
};

export const secretsOf = (credentials: Credentials | null): readonly (string | undefined)[] =>
  credentials === null
    ? []
    : [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId];
