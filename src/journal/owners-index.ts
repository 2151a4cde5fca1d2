/**
 * What the journals of a folder say about the owners of settings, cached in a file beside them, so that a command need
 * not read hundreds of journals. It contains nothing that the journals do not, and is trusted as much as they are.
 * After it is deleted, the journals are read again.
 */
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ownerKinds } from '../core/model/model.ts';
import { looksLikeRegion } from '../core/model/regions.ts';
import type { ClaimingRun, ClaimsByAccount, OwnerClaim } from '../core/record/owner-claims.ts';
import { systemCode } from './errors.ts';
import { replacePrivately } from './files.ts';
import { organizationIdPattern, runIdPattern } from './location.ts';
import { currentUser, objectionTo } from './ownership.ts';
import { FileRefused, readRegular } from './regular-file.ts';

/** A journal in the index, as it was when it was read. */
export interface IndexedJournal {
  readonly name: string;
  readonly run: string;
  /** What was added to the run's places in the order; see `causalShifts`. */
  readonly shift: number;
  /** See `fileStamp`. */
  readonly stamp: string;
}

export interface OwnersIndex {
  readonly journals: readonly IndexedJournal[];
  readonly claims: ClaimsByAccount;
}

const indexSchema = 'dhmc.owners/v1';

const indexPath = (folder: string): string => path.join(folder, '.owners.index');

/** In bytes; far above the index of 10,000 accounts with every region. */
const maxIndex = 500_000_000;

/** Other folders may have copies of journals, but they do not belong to dhmc. */
export const mayHaveIndex = (folder: string): boolean =>
  organizationIdPattern.test(path.basename(folder));

/**
 * A stamp that changes whenever the file does: its size, its times and its inode. The system sets the change time, and
 * no program can set it back. Null if the file cannot be examined.
 */
export async function fileStamp(file: string): Promise<{ stamp: string; size: number } | null> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await lstat(file, { bigint: true });
    return { stamp: [size, mtimeNs, ctimeNs, ino].join('-'), size: Number(size) };
  } catch {
    return null;
  }
}

const text = v.string();
const textOrNull = v.nullable(text);
const run = v.pipe(text, v.regex(runIdPattern));
const region = v.pipe(text, v.check(looksLikeRegion));

const origin = {
  account: v.pipe(text, v.regex(/^\d{12}$/)),
  owner: v.object({ kind: v.picklist(ownerKinds), name: text }),
  run,
  order: v.number(),
  /** Left out if it is not on record who wrote the setting. */
  modifiedBy: v.exactOptional(textOrNull),
  /** By region: when the setting was written, by AWS's clock. */
  modifiedAt: v.record(region, textOrNull),
};

/** Claims of one account that differ only in the region and the time of the write. */
const claimGroup = v.variant('kind', [
  v.object({ kind: v.literal('change'), ...origin, to: textOrNull }),
  v.object({ kind: v.literal('hand-over'), ...origin, endedAt: v.nullable(v.number()) }),
]);

type ClaimGroup = v.InferOutput<typeof claimGroup>;

const head = v.object({ schema: v.literal(indexSchema), version: text, sha256: text });

const body = v.object({
  journals: v.array(v.object({ name: text, run, shift: v.number(), stamp: text })),
  /** The callers who started and resumed each run. */
  callers: v.record(run, v.array(text)),
  claims: v.array(claimGroup),
});

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** Returns null unless this version of dhmc wrote the index, it is complete, and nobody else can write the file. */
export async function readIndex(folder: string, version: string): Promise<OwnersIndex | null> {
  try {
    const content = await readRegular(indexPath(folder), {
      refuseLink: true,
      most: maxIndex,
      check(stats) {
        const objection = objectionTo(stats, currentUser());
        if (objection !== null) throw new FileRefused(objection.reason);
      },
    });
    return parseIndex(content, version);
  } catch (error) {
    if (error instanceof FileRefused || systemCode(error) !== 'unknown') return null;
    throw error;
  }
}

function parseIndex(content: string, version: string): OwnersIndex | null {
  const [first = '', second = ''] = content.split('\n');
  const said = parsed(head, first);
  if (said?.version !== version || said.sha256 !== sha256(second)) return null;
  const index = parsed(body, second);
  if (index === null) return null;
  const runs = new Map<string, ClaimingRun>();
  for (const { run } of index.journals) runs.set(run, { run, callers: index.callers[run] ?? [] });
  const claims = new Map<string, Map<string, OwnerClaim>>();
  for (const group of index.claims) {
    const run = runs.get(group.run);
    if (run === undefined) return null;
    const regions = claims.get(group.account) ?? new Map<string, OwnerClaim>();
    claims.set(group.account, regions);
    for (const [region, modifiedAt] of Object.entries(group.modifiedAt))
      regions.set(region, claimOf(group, run, modifiedAt));
  }
  return { journals: index.journals, claims };
}

function parsed<Output>(schema: v.GenericSchema<unknown, Output>, content: string): Output | null {
  try {
    const result = v.safeParse(schema, JSON.parse(content), { abortEarly: true });
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

function claimOf(group: ClaimGroup, run: ClaimingRun, modifiedAt: string | null): OwnerClaim {
  const { owner, order, modifiedBy } = group;
  const written = modifiedBy === undefined ? null : { modifiedBy, modifiedAt };
  const shared = { owner, run, order, written };
  return group.kind === 'change'
    ? { kind: 'change', ...shared, to: group.to }
    : { kind: 'hand-over', ...shared, endedAt: group.endedAt };
}

/** Replaces the index. If the folder cannot be written to, it does nothing, since the index only saves time. */
export async function writeIndex(
  folder: string,
  version: string,
  { journals, claims }: OwnersIndex,
): Promise<void> {
  const callers: Record<string, readonly string[]> = {};
  const groups: ClaimGroup[] = [];
  for (const [account, regions] of claims) {
    for (const { run } of regions.values()) callers[run.run] = run.callers;
    groups.push(...groupsOf(account, regions));
  }
  const content = JSON.stringify({ journals, callers, claims: groups });
  const first = JSON.stringify({ schema: indexSchema, version, sha256: sha256(content) });
  try {
    await replacePrivately(indexPath(folder), [`${first}\n${content}\n`]);
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error;
  }
}

function groupsOf(
  account: string,
  regions: ReadonlyMap<string, OwnerClaim>,
): readonly ClaimGroup[] {
  const groups = new Map<string, ClaimGroup>();
  for (const [region, claim] of regions) {
    const { owner, order, written } = claim;
    const origin = {
      ...{ account, owner, run: claim.run.run, order },
      ...(written === null ? {} : { modifiedBy: written.modifiedBy }),
    };
    const shared: ClaimGroup =
      claim.kind === 'change'
        ? { kind: 'change', ...origin, modifiedAt: {}, to: claim.to }
        : { kind: 'hand-over', ...origin, modifiedAt: {}, endedAt: claim.endedAt };
    const key = JSON.stringify(shared);
    const group = groups.get(key) ?? shared;
    groups.set(key, group);
    group.modifiedAt[region] = written?.modifiedAt ?? null;
  }
  return [...groups.values()];
}
