import { describe, expect, test } from 'vitest';
import {
  defaultStateDir,
  isRunName,
  nameOfJournal,
  organizationIdPattern,
  runIdPattern,
  unfinishedName,
} from '../../src/journal/location.ts';

test('the default state directory follows the platform', () => {
  const home = '/home/jo';
  expect(defaultStateDir({ platform: 'linux', environment: {}, home })).toBe(
    '/home/jo/.local/state/dhmc',
  );
  expect(
    defaultStateDir({ platform: 'linux', environment: { XDG_STATE_HOME: '/var/s' }, home }),
  ).toBe('/var/s/dhmc');
  expect(
    defaultStateDir({ platform: 'linux', environment: { XDG_STATE_HOME: 'relative' }, home }),
  ).toBe('/home/jo/.local/state/dhmc');
  expect(defaultStateDir({ platform: 'darwin', environment: {}, home })).toBe(
    '/home/jo/Library/Application Support/dhmc',
  );
});

test('the default state directory on Windows is in the local application data', () => {
  const home = 'home';
  expect(
    defaultStateDir({ platform: 'win32', environment: { LOCALAPPDATA: 'local' }, home }),
  ).toMatch(/^local.dhmc$/);
  expect(defaultStateDir({ platform: 'win32', environment: {}, home })).toMatch(
    /^home.AppData.Local.dhmc$/,
  );
});

describe('the name of a run or journal', () => {
  test.each([
    ['20261122-101500-abc123', true],
    ['latest', true],
    ['runs/x.jsonl', true],
    ['x.jsonl.gz', true],
    ['20261122-101500-ABC123', false],
    ['report.json', false],
    ['Latest', false],
    ['', false],
  ])('%j is valid: %s', (name, expected) => {
    expect(isRunName(name)).toBe(expected);
  });

  test.each([
    ['/a/o-1/20261122-101500-abc123.jsonl', '20261122-101500-abc123'],
    ['/a/o-1/20261122-101500-abc123.jsonl.gz', '20261122-101500-abc123'],
    ['copy.jsonl', 'copy'],
  ])('from the file %s is %s', (file, name) => {
    expect(nameOfJournal(file)).toBe(name);
  });

  test('is not valid for a journal of an unconfirmed plan', () => {
    expect(unfinishedName('/a/20261122-101500-abc123.jsonl')).toBe(
      '/a/.20261122-101500-abc123.jsonl.unfinished',
    );
    expect(isRunName(unfinishedName('/a/x.jsonl'))).toBe(false);
  });

  test('cannot contain other text or a path, nor can the id of an organization', () => {
    expect(runIdPattern.test('x20261122-101500-abc123')).toBe(false);
    expect(organizationIdPattern.test('o-aaaaaaaaaa')).toBe(true);
    for (const id of ['o-aaaaaaaaa', `o-${'a'.repeat(33)}`, 'o-aaaaaaaaaa/..', 'O-AAAAAAAAAA'])
      expect(organizationIdPattern.test(id), id).toBe(false);
  });
});
