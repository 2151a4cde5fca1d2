/** Owners in words, with the same terms as in JSON. */
import { ownerKinds, type Owner, type Target } from '../model/model.ts';

/** A writer or a tag shows that a stack set owned the setting last, not that it still does. */
export const isProbable = ({
  kind,
  evidence,
}: Readonly<Record<'kind' | 'evidence', string>>): boolean =>
  kind === 'stackset' && (evidence === 'writer' || evidence === 'tag');

/** The result is untrusted text, which renderers must escape. */
export const describeOwner = (owner: Owner): string =>
  `${isProbable(owner) ? 'probably ' : ''}${owner.kind} ${owner.name}, by ${owner.evidence}`;

/** The number of settings of each kind of owner, in the order of the kinds, without zeros. */
export function countOwners(
  targets: readonly Pick<Target, 'owner'>[],
): readonly { readonly name: Owner['kind']; readonly count: number }[] {
  const counts = new Map<Owner['kind'], number>();
  for (const { owner } of targets)
    if (owner !== undefined && owner !== null)
      counts.set(owner.kind, (counts.get(owner.kind) ?? 0) + 1);
  return ownerKinds.flatMap((name) => {
    const count = counts.get(name);
    return count === undefined ? [] : [{ name, count }];
  });
}
