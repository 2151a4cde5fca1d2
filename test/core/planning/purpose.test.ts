import { describe, expect, it } from 'vitest';
import {
  purposeFor,
  plannedRoles,
  type Purpose,
  type Task,
} from '../../../src/core/planning/purpose.ts';
import { planned, setting } from '../../journal/sample.ts';

const plain = { dhmcRole: 'service-role/Ours', deleteRole: false, permissionsBoundary: null };
const bounded = { ...plain, permissionsBoundary: 'Boundary' };
const formerRoles = { '222222222222': ['team-role'] };

describe('purposeFor', () => {
  it.each<[string, Task, Purpose]>([
    ['status', { does: 'status' }, { kind: 'read' }],
    ['coverage', { does: 'coverage' }, { kind: 'read', coverage: true }],
    ['prove', { does: 'prove' }, { kind: 'prove' }],
    [
      'doctor',
      { does: 'doctor', settings: plain },
      { kind: 'read', checkBoundary: false, checkUse: true, simulate: true },
    ],
    [
      'doctor with a boundary',
      { does: 'doctor', settings: bounded },
      { kind: 'read', checkBoundary: true, checkUse: true, simulate: true },
    ],
    [
      'enable',
      { does: 'enable', dryRun: false, settings: plain },
      { kind: 'enable', passRoles: ['service-role/Ours'], checkBoundary: false, coverage: false },
    ],
    [
      'enable with a boundary and coverage',
      { does: 'enable', dryRun: false, settings: bounded, coverage: true },
      { kind: 'enable', passRoles: ['service-role/Ours'], checkBoundary: true, coverage: true },
    ],
    [
      'enable --dry-run',
      { does: 'enable', dryRun: true, settings: bounded, coverage: true },
      { kind: 'read', checkBoundary: true, coverage: true },
    ],
    [
      'disable',
      { does: 'disable', dryRun: false, settings: plain },
      { kind: 'disable', deleteRole: false },
    ],
    [
      'disable --delete-role',
      { does: 'disable', dryRun: false, settings: { ...plain, deleteRole: true } },
      { kind: 'disable', deleteRole: true },
    ],
    [
      'disable --dry-run',
      { does: 'disable', dryRun: true, settings: plain },
      { kind: 'read', checkAttachments: false, checkUse: true },
    ],
    [
      'disable --delete-role --dry-run',
      { does: 'disable', dryRun: true, settings: { ...plain, deleteRole: true } },
      { kind: 'read', checkAttachments: true, checkUse: true },
    ],
    [
      'rollback',
      { does: 'rollback', dryRun: false, formerRoles },
      { kind: 'rollback', passRoles: formerRoles },
    ],
    [
      'rollback --dry-run',
      { does: 'rollback', dryRun: true, formerRoles },
      { kind: 'read', checkAttachments: true, checkUse: true },
    ],
  ])('gives the purpose of the session for %s', (_, task, purpose) => {
    expect(purposeFor(task)).toEqual(purpose);
  });
});

describe('the roles that the session of a saved rollback may pass', () => {
  const account = { id: '222222222222', name: 'n', path: null, state: 'ACTIVE', skipped: null };
  it('are those of the settings that would change', () => {
    const at = (region: string) => setting('222222222222', region);
    const targets = [
      planned(at('eu-west-1'), { verdict: 'would-change', to: 'team-role' }),
      planned(at('us-east-1'), { verdict: 'conflict', to: 'other-role' }),
      planned(at('us-west-2'), { verdict: 'would-change', to: null }),
    ];
    expect(plannedRoles([{ account: { ...account, problem: null }, targets }])).toEqual({
      '222222222222': ['team-role'],
    });
  });
});
