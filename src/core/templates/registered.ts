/** AWS's own registration, with which Systems Manager creates and manages the role. */
import { templateVersion, type Template, type TemplateChoices } from './template.ts';

export const registeredTemplate = ({ onDelete }: TemplateChoices): Template => ({
  comments: {
    '': [
      'Default Host Management Configuration (DHMC) as Systems Manager registers it: no role, no',
      'capability, no main region. Where DHMC is already on, creation fails and changes nothing.',
      'Service-managed stack sets never deploy to the management account.',
    ],
    'Resources/Dhmc/DeletionPolicy':
      onDelete === 'retain'
        ? ['Kept when the stack is deleted: deleting the registration turns DHMC off.']
        : [
            'Deregistered when the stack is deleted: DHMC is off then, and Systems Manager removes its role.',
          ],
  },
  body: {
    AWSTemplateFormatVersion: templateVersion,
    Description:
      'Registers AWS Systems Manager Default Host Management Configuration in this region',
    Resources: {
      Dhmc: {
        Type: 'AWS::SSM::DefaultHostManagementConfiguration',
        DeletionPolicy: onDelete === 'retain' ? 'Retain' : 'Delete',
        UpdateReplacePolicy: 'Retain',
        Properties: { PermissionModel: 'SERVICE_MANAGED' },
      },
    },
  },
});
