/** `AWS::SSM::DefaultHostManagementConfiguration`: creation fails if DHMC is on, and deletion turns DHMC off. */
import { unsupported } from '../../../protocols/aws-error.ts';
import { dhmcSettingId } from '../../ssm/settings.ts';
import type { Resource } from '../resolve.ts';
import { alreadyExists, type ResourceType } from './resource-type.ts';
import { readSetting, settingArn } from './service-setting.ts';

const typeName = 'AWS::SSM::DefaultHostManagementConfiguration';

/** The setting's value for the role in the properties. */
function valueOf({ properties }: Resource): string {
  if (properties['PermissionModel'] !== 'SELF_MANAGED')
    throw unsupported(`${typeName} with the permission model SERVICE_MANAGED`);
  const arn = properties['CustomerManagedRoleArn'];
  return typeof arn === 'string' ? arn.slice(arn.indexOf(':role/') + ':role/'.length) : '';
}

export const defaultHostManagement: ResourceType = {
  properties: ['PermissionModel', 'CustomerManagedRoleArn'],
  required: ['PermissionModel'],
  createOnly: [],
  identifiers: ['SettingArn'],
  physicalId: (_, place) => settingArn(dhmcSettingId, place),
  attribute(resource, name, place) {
    switch (name) {
      case '':
      case 'SettingArn':
        return settingArn(dhmcSettingId, place);
      case 'SettingId':
        return dhmcSettingId;
      case 'RoleArn': {
        const arn = resource.properties['CustomerManagedRoleArn'];
        return typeof arn === 'string' ? arn : undefined;
      }
      default:
        return undefined;
    }
  },
  create(actor, resource, { place }) {
    const value = valueOf(resource);
    if (readSetting(actor, dhmcSettingId).customized)
      throw alreadyExists(typeName, settingArn(dhmcSettingId, place));
    actor.call('ssm', 'UpdateServiceSetting', { SettingId: dhmcSettingId, SettingValue: value });
  },
  update(actor, _before, after) {
    actor.call('ssm', 'UpdateServiceSetting', {
      SettingId: dhmcSettingId,
      SettingValue: valueOf(after),
    });
  },
  remove(actor) {
    actor.call('ssm', 'ResetServiceSetting', { SettingId: dhmcSettingId });
  },
  drift(actor, resource) {
    const expected = valueOf(resource);
    const { value } = readSetting(actor, dhmcSettingId);
    if (value === expected) return { status: 'IN_SYNC', differences: [] };
    return {
      status: 'MODIFIED',
      differences: [
        { path: '/CustomerManagedRoleArn', expected, actual: value, kind: 'NOT_EQUAL' },
      ],
    };
  },
};
