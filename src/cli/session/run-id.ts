import { randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `YYYYMMDD-HHMMSS-xxxxxx` in UTC: sorts by time, and is valid in a session name. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const random = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return `${time}-${random}`;
}
