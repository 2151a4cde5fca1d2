/** The port of a proof: raw calls in one account. `src/aws` implements it. */
import type { Reading, Role, Setting } from '../core/model/model.ts';
import type { Answer } from '../core/proof/observations.ts';

/** The rights of the session that updates the setting. */
export type UpdateRights = 'full' | 'not-allowed' | 'denied';

/** The account of the proof, entered, with its raw calls. Nothing here throws for AWS's answers. */
export interface ProofAccess {
  /** The writer as AWS names it: the ARN of the session or of the caller. */
  readonly actor: string;
  readonly roleArn: string;
  /** GetServiceSetting by id or by ARN. */
  getSetting(by: 'id' | 'arn'): Promise<Answer>;
  /** ListRegions, with all pages in one answer. */
  listRegions(): Promise<Answer>;
  /** UpdateServiceSetting; null if no session can have these rights. */
  updateSetting(value: string, rights: UpdateRights): Promise<Answer | null>;
  resetSetting(): Promise<Answer>;
  createRole(trust: string): Promise<Answer>;
  deleteRole(): Promise<Answer>;
  /** The same reads, validated: they decide whether everything was restored. */
  setting(): Promise<Reading<Setting>>;
  role(): Promise<Reading<Role | null>>;
  clockAheadMs(): number | null;
  /** For all calls so far: how many there were, over how many connections, and the last Retry-After. */
  transport(): {
    readonly calls: number;
    readonly connections: number;
    readonly retryAfter: string | null;
  };
}
