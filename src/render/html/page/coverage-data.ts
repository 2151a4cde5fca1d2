/** The data of the coverage page, unpacked on demand. */

type Counts = Readonly<Record<'dhmc' | 'profile' | 'activation' | 'none' | 'unknown', number>>;

export interface Unit {
  readonly path: string;
  readonly accounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly skipped: string | null;
    readonly running: number;
    readonly managedBy: Counts;
    readonly unread: number;
  }[];
}

export interface Instance {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string | null;
  readonly state: string;
  readonly platform: string;
  readonly launchedAt: string | null;
  readonly profile: string | null;
  readonly profileRole: string | null;
  readonly managedBy: string;
  readonly confidence: string;
  readonly reason: string | null;
  readonly agentVersion: string | null;
  readonly ping: string | null;
  readonly lastPingAt: string | null;
  readonly agentRole: string | null;
  readonly evidence: readonly string[];
  readonly hint: string | null;
}

interface Data {
  readonly head: {
    readonly headline: string;
    readonly organization: string;
    readonly startedAt: string;
    readonly summary: { readonly managedBy: Counts };
    readonly words: Readonly<Record<string, string>>;
    readonly choice: 'all' | 'unmanaged' | 'none';
    readonly total: number;
    readonly whole: boolean;
    readonly csvBeside: string | null;
  };
  readonly reasons: readonly {
    readonly reason: string;
    readonly count: number;
    readonly accounts: number;
    readonly hint: string;
    readonly varies: boolean;
    readonly examples: readonly {
      readonly id: string;
      readonly name: string | null;
      readonly account: string;
      readonly region: string;
    }[];
  }[];
  readonly changes: Readonly<
    Record<'managed' | 'lost' | 'otherwise' | 'new' | 'gone', readonly unknown[]>
  > | null;
  readonly units: readonly Unit[];
  readonly problems: readonly {
    readonly account: string;
    readonly region: string | null;
    readonly problem: { readonly code: string; readonly message: string; readonly hint: string };
  }[];
  readonly texts: readonly string[];
  readonly rows: readonly (readonly [string, ...(number | readonly number[])[]])[];
}

export interface CoverageData extends Omit<Data, 'texts' | 'rows'> {
  readonly count: number;
  instances(): Iterable<Instance>;
}

export function openCoverage(): CoverageData {
  const { texts, rows, ...rest } = JSON.parse(
    document.querySelector('#report')?.textContent ?? '',
  ) as Data;
  const textAt = (value: unknown): string | null =>
    typeof value === 'number' ? (texts[value] ?? null) : null;
  const unpack = ([id, ...row]: Data['rows'][number]): Instance => {
    const evidence = row[15];
    return {
      id,
      account: textAt(row[0]) ?? '',
      region: textAt(row[1]) ?? '',
      name: textAt(row[2]),
      state: textAt(row[3]) ?? '',
      platform: textAt(row[4]) ?? '',
      launchedAt: textAt(row[5]),
      profile: textAt(row[6]),
      profileRole: textAt(row[7]),
      managedBy: textAt(row[8]) ?? '',
      confidence: textAt(row[9]) ?? '',
      reason: textAt(row[10]),
      agentVersion: textAt(row[11]),
      ping: textAt(row[12]),
      lastPingAt: textAt(row[13]),
      agentRole: textAt(row[14]),
      evidence: (Array.isArray(evidence) ? evidence : []).map((index) => textAt(index) ?? ''),
      hint: textAt(row[16]),
    };
  };
  return {
    ...rest,
    count: rows.length,
    *instances() {
      for (const row of rows) yield unpack(row);
    },
  };
}
