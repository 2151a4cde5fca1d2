/** `AWS::SSM::ServiceSetting`: deletion resets the setting, and never restores its former value. */
import type { Actor } from '../actor.ts';
import type { Resource, StackPlace } from '../resolve.ts';
import { alreadyExists, type ResourceType } from './resource-type.ts';

export const typeName = 'AWS::SSM::ServiceSetting';

const textOf = (resource: Resource, name: string): string => {
  const value = resource.properties[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export const settingArn = (id: string, { partition, region, account }: StackPlace): string =>
  id.startsWith('arn:')
    ? id
    : `arn:${partition}:ssm:${region}:${account}:servicesetting${id.startsWith('/') ? '' : '/'}${id}`;

/** The setting as the deploying role reads it from SSM. */
export function readSetting(
  actor: Actor,
  id: string,
): { readonly value: string; readonly customized: boolean } {
  const { ServiceSetting } = actor.call('ssm', 'GetServiceSetting', { SettingId: id });
  const { SettingValue, Status } = ServiceSetting as { SettingValue?: string; Status?: string };
  return { value: SettingValue ?? '', customized: Status !== 'Default' };
}

const write = (actor: Actor, resource: Resource): void => {
  actor.call('ssm', 'UpdateServiceSetting', {
    SettingId: textOf(resource, 'SettingId'),
    SettingValue: textOf(resource, 'SettingValue'),
  });
};

export const serviceSetting: ResourceType = {
  properties: ['SettingId', 'SettingValue'],
  required: ['SettingId', 'SettingValue'],
  createOnly: ['SettingId'],
  identifiers: ['Arn'],
  physicalId: (resource, place) => settingArn(textOf(resource, 'SettingId'), place),
  attribute(resource, name, place) {
    switch (name) {
      case '':
      case 'Arn':
        return settingArn(textOf(resource, 'SettingId'), place);
      case 'Status':
        return 'Customized';
      default:
        return undefined;
    }
  },
  create(actor, resource, { place }) {
    const id = textOf(resource, 'SettingId');
    const refuses = actor.state.behavior.createOverCustomized === 'already-exists';
    if (refuses && readSetting(actor, id).customized)
      throw alreadyExists(typeName, settingArn(id, place));
    write(actor, resource);
  },
  update: (actor, _before, after) => {
    write(actor, after);
  },
  remove(actor, resource) {
    actor.call('ssm', 'ResetServiceSetting', { SettingId: textOf(resource, 'SettingId') });
  },
  drift(actor, resource) {
    const expected = textOf(resource, 'SettingValue');
    const { value } = readSetting(actor, textOf(resource, 'SettingId'));
    if (value === expected) return { status: 'IN_SYNC', differences: [] };
    return {
      status: 'MODIFIED',
      differences: [{ path: '/SettingValue', expected, actual: value, kind: 'NOT_EQUAL' }],
    };
  },
};
