/** The port of a proof: the raw calls of one account, which `src/aws` implements. */
import type { Reading, Role, Setting } from '../core/model/model.ts';
import type { Answer } from '../core/proof/observations.ts';

/** Which rights the session of an update has. */
export type UpdateRights = 'full' | 'not-allowed' | 'denied';

/** The account of the proof, entered: its raw calls. Nothing here throws for what AWS answers. */
export interface ProofAccess {
  /** As AWS names the writer: the ARN of the session or of the caller. */
  readonly actor: string;
  readonly roleArn: string;
  /** GetServiceSetting by id or by ARN. */
  getSetting(by: 'id' | 'arn'): Promise<Answer>;
  /** ListRegions, all pages in one answer. */
  listRegions(): Promise<Answer>;
  /** UpdateServiceSetting; null if no session can be given the rights. */
  updateSetting(value: string, rights: UpdateRights): Promise<Answer | null>;
  resetSetting(): Promise<Answer>;
  createRole(trust: string): Promise<Answer>;
  deleteRole(): Promise<Answer>;
  /** The same, validated: what decides whether something was put back. */
  setting(): Promise<Reading<Setting>>;
  role(): Promise<Reading<Role | null>>;
  clockAheadMs(): number | null;
  /** Of all calls so far: how many there were, over how many connections, and the last Retry-After. */
  transport(): {
    readonly calls: number;
    readonly connections: number;
    readonly retryAfter: string | null;
  };
}
