/**
 * The owner of a setting, with the evidence. The strongest evidence wins, in this order: the instances of dhmc's stack
 * sets, the journals of this state directory, a tag on the role, the last writer, and the value.
 */
import { createdByDhmc, isReserved, lastSegment, managedByTag, runTag } from '../iam/role-names.ts';
import type { Owner, Role, Setting } from '../model/model.ts';
import { writerBy, type Writer } from './writer.ts';

export interface OwnerEvidence {
  readonly setting: Pick<Setting, 'value' | 'modifiedBy'>;
  /** The role that the setting names; null if there is none, or it is unknown. */
  readonly role: Pick<Role, 'tags'> | null;
  /** dhmc's stack set with a current instance in the cell; null if there is none, or the list was not read. */
  readonly stackSet: string | null;
  /** Whether the stack instances were listed: then a cell without one does not belong to dhmc's stack sets. */
  readonly isListed: boolean;
  /** The owner according to the journals, if the setting is still as they recorded it. */
  readonly journal: Pick<Owner, 'kind' | 'name'> | null;
}

/** Null for AWS's default, which no one owns. */
export function ownerOf(evidence: OwnerEvidence): Owner | null {
  const { setting, stackSet, journal } = evidence;
  if (stackSet !== null) return { kind: 'stackset', name: stackSet, evidence: 'instances' };
  if (setting.value === null) return null;
  if (journal !== null) return ownerBy(journal, 'journal');
  const writer = writerBy(setting.modifiedBy);
  const tagged = byTag(evidence, writer);
  if (tagged !== null) return ownerBy(tagged, 'tag');
  if (writer !== null) return ownerBy(writer, 'writer');
  return ownerBy(byValue(setting.value), 'value');
}

/** Member by member: V8 would give a copy with one more member a hidden class of its own, in each of 170,000 rows. */
export const ownerBy = ({ kind, name }: Writer, evidence: Owner['evidence']): Owner => ({
  kind,
  name,
  evidence,
});

/** The owner that a writer and a value show. */
export const ownerByWriter = (setting: Pick<Setting, 'value' | 'modifiedBy'>): Owner | null =>
  ownerOf({ setting, role: null, stackSet: null, isListed: false, journal: null });

/** The owner that the role's tags show. They concern the role, so a known writer of the setting overrides them. */
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
      // The stack set gave the cell back: it was the last writer, but has no instance there any more.
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

/** The role that AWS's published CloudFormation sample creates in each region. */
const sampleRole = /^AWSSystemsManagerDefaultEC2InstanceManagementRole-[a-z]{2,4}(?:-[a-z]+)+-\d+$/;

function byValue(value: string): Writer {
  const name = lastSegment(value);
  if (isReserved(value)) return { kind: 'other', name };
  if (/^aws-quicksetup-/i.test(name)) return { kind: 'quick-setup', name };
  if (sampleRole.test(name)) return { kind: 'automation', name };
  return { kind: 'other', name };
}
