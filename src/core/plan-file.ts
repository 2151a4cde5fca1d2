/** A saved plan, `dhmc.plan/v1`: what `--save-plan` writes and `dhmc apply` does. */
import type { RunSettings } from './events.ts';
import type { AccountPlan, Caller, Organization, Partition } from './model.ts';
import type { Scope } from './scope.ts';

export interface PlanFile {
  readonly schema: 'dhmc.plan/v1';
  /** Of the dhmc that made it. */
  readonly version: string;
  readonly createdAt: string;
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Words of the command line for people, without values of secret options. */
  readonly command: string;
  /** The run that a rollback undoes. */
  readonly rollsBack: string | null;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly notes: readonly string[];
  readonly accounts: readonly AccountPlan[];
}
