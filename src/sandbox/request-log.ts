/** Requests to a sandbox: always counted, and logged while the log is on. */
import type { Outcome } from './route.ts';

export interface Requests {
  readonly total: number;
  /** Counts by `service:Operation`. */
  readonly byOperation: Readonly<Record<string, number>>;
  /** Counts by error code or kind of fault. */
  readonly errors: Readonly<Record<string, number>>;
  /** The number of throttling responses. */
  readonly throttled: number;
  /** The maximum number of requests open at one time. */
  readonly maxAtOnce: number;
}

export interface LoggedRequest {
  /** Milliseconds since the epoch, by the machine's clock. */
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string | null;
  readonly principal: string | null;
  readonly region: string | null;
  readonly error: string | null;
}

export interface RequestLog {
  readonly opened: () => void;
  readonly closed: () => void;
  readonly record: (outcome: Outcome) => void;
  readonly requests: () => Requests;
  readonly log: () => readonly LoggedRequest[];
  readonly complaints: () => readonly string[];
  /** Clears the counts, the log and the complaints. Does not switch the log on or off. */
  readonly reset: () => void;
  readonly switchLog: (on: boolean) => void;
}

export function createRequestLog(complain: (complaint: string) => void): RequestLog {
  let total = 0;
  let throttled = 0;
  let open = 0;
  let maxAtOnce = 0;
  let logging = false;
  const byOperation = new Map<string, number>();
  const errors = new Map<string, number>();
  let log: LoggedRequest[] = [];
  let complaints: string[] = [];
  const count = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    opened() {
      open++;
      if (open > maxAtOnce) maxAtOnce = open;
    },
    closed() {
      open--;
    },
    record(outcome) {
      total++;
      count(byOperation, `${outcome.service}:${outcome.operation}`);
      if (outcome.error !== null) count(errors, outcome.error);
      if (outcome.throttled) throttled++;
      if (outcome.complaint !== null) {
        if (complaints.length < 1000) complaints.push(outcome.complaint);
        complain(outcome.complaint);
      }
      if (logging) {
        const { service, operation, account, principal, region, error } = outcome;
        log.push({ at: Date.now(), service, operation, account, principal, region, error });
      }
    },
    requests: () => ({
      total,
      byOperation: Object.fromEntries(byOperation),
      errors: Object.fromEntries(errors),
      throttled,
      maxAtOnce,
    }),
    log: () => log,
    complaints: () => complaints,
    reset() {
      total = throttled = 0;
      maxAtOnce = open;
      byOperation.clear();
      errors.clear();
      log = [];
      complaints = [];
    },
    switchLog(on) {
      logging = on;
    },
  };
}
