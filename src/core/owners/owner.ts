/**
 * The owner of a setting, and the evidence. In order of strength: the instances of dhmc's stack sets, the journals of
 * this state directory, a tag of the role, the last writer, and the value. What is unknown is never claimed.
 */
import { createdByDhmc, isReserved, lastSegment, managedByTag, runTag } from '../iam/role-names.ts';
import type { Owner, Role, Setting } from '../model/model.ts';
import { writerBy, type Writer } from './writer.ts';

export interface OwnerEvidence {
  readonly setting: Pick<Setting, 'value' | 'modifiedBy'>;
  /** The role that the setting names; null: there is none, or it is unknown. */
  readonly role: Pick<Role, 'tags'> | null;
  /** The stack set of dhmc's own that has a current instance in the cell; null: none has, or the list was not read. */
  readonly stackSet: string | null;
  /** Whether the list of instances was read: then a cell that is not in it is not a cell of dhmc's stack sets. */
  readonly isListed: boolean;
  /** Whose the journals say it is, as far as the world agrees with them. */
  readonly journal: Pick<Owner, 'kind' | 'name'> | null;
}

/** Null: AWS's default, which nobody has set. */
export function ownerOf(evidence: OwnerEvidence): Owner | null {
  const { setting, stackSet, journal } = evidence;
  if (stackSet !== null) return { kind: 'stackset', name: stackSet, evidence: 'instances' };
  if (setting.value === null) return null;
  if (journal !== null) return { ...journal, evidence: 'journal' };
  const writer = writerBy(setting.modifiedBy);
  const tagged = byTag(evidence, writer);
  if (tagged !== null) return { ...tagged, evidence: 'tag' };
  if (writer !== null) return { ...writer, evidence: 'writer' };
  return { ...byValue(setting.value), evidence: 'value' };
}

/** What a writer and a value alone show. */
export const ownerByWriter = (setting: Pick<Setting, 'value' | 'modifiedBy'>): Owner | null =>
  ownerOf({ setting, role: null, stackSet: null, isListed: false, journal: null });

/** What the role's tags say. They are about the role, so they do not count against a writer who is known by name. */
function byTag({ role, isListed }: OwnerEvidence, writer: Writer | null): Writer | null {
  const manager = role?.tags[managedByTag];
  if (role === null) return null;
  const isOpen = writer === null || writer.kind === 'other';
  switch (manager) {
    case 'stackset': {
      if (isListed || (!isOpen && writer.kind !== 'stackset')) return null;
      const name = writer?.kind === 'stackset' ? writer.name : `${managedByTag}=stackset`;
      return { kind: 'stackset', name };
    }
    case 'terraform':
      return isOpen ? { kind: 'other', name: 'terraform' } : null;
    case 'dhmc':
      // Given back: the stack set was the last writer, and has no instance there any more.
      return isOpen || (writer.kind === 'stackset' && isListed) ? byDhmc(role) : null;
    case undefined:
      return writer === null && createdByDhmc(role) ? byDhmc(role) : null;
    default:
      return null;
  }
}

const byDhmc = ({ tags }: Pick<Role, 'tags'>): Writer => ({
  kind: 'dhmc',
  name: tags[runTag] ?? 'dhmc',
});

/** The role that AWS's published CloudFormation sample makes in each region. */
const sampleRole = /^AWSSystemsManagerDefaultEC2InstanceManagementRole-[a-z]{2,4}(?:-[a-z]+)+-\d+$/;

function byValue(value: string): Writer {
  const name = lastSegment(value);
  if (isReserved(value)) return { kind: 'other', name };
  if (/^aws-quicksetup-/i.test(name)) return { kind: 'quick-setup', name };
  if (sampleRole.test(name)) return { kind: 'automation', name };
  return { kind: 'other', name };
}
