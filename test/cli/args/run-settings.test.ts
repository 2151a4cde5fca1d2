import { describe, expect, it } from 'vitest';
import { settingsOf, tagRecord } from '../../../src/cli/args/run-settings.ts';
import { readCommandLine } from '../../support/command-line.ts';

const settings = (line: string) => settingsOf(readCommandLine(line).options.values);

describe('the settings of a run', () => {
  it('have defaults', () => {
    expect(settings('enable --org')).toEqual({
      dhmcRole: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
      roleNames: ['OrganizationAccountAccessRole'],
      overwrite: [],
      allowPrivilegedRole: false,
      deleteRole: false,
      assumeUnused: [],
      permissionsBoundary: null,
      roleTags: {},
      concurrency: 64,
      homeRegion: null,
      failureTolerance: null,
      waves: null,
      needsExternalId: false,
    });
  });

  it('have each value once, and no secret', () => {
    const held = settings(
      'enable --org --role-name A --role-name B --role-name A --overwrite=foreign,foreign ' +
        '--role-tag a=2 --role-tag a=2 --external-id hush --waves 1,10% --wave-first 111111111111',
    );
    expect(held).toMatchObject({
      roleNames: ['A', 'B'],
      overwrite: ['foreign'],
      roleTags: { a: '2' },
      needsExternalId: true,
      waves: ['1', '10%'],
      waveFirst: ['111111111111'],
    });
    expect(JSON.stringify(held)).not.toContain('hush');
  });

  it('have no tags where none are given', () => {
    expect(tagRecord(undefined)).toEqual({});
  });
});
