/** Reads and checks the input of stack set requests: template, parameters, capabilities and automatic deployment. */
import { AwsError, unsupported } from '../../protocols/aws-error.ts';
import type { State } from '../../state/state.ts';
import type { Call } from '../service.ts';
import type { AutoDeployment, StackSet } from './model.ts';
import { resourceTypes } from './resource-types.ts';
import { parseTemplate, validationError, type Template } from './template.ts';

const maxDependencies = 10;

interface GivenTemplate {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
}

const settingTypes = new Set([
  'AWS::SSM::ServiceSetting',
  'AWS::SSM::DefaultHostManagementConfiguration',
]);

/** Whether CloudFormation supports the resource type in the region. */
export const isKnownType = ({ behavior }: State, region: string, type: string): boolean =>
  resourceTypes[type] !== undefined &&
  !(settingTypes.has(type) && behavior.withoutServiceSettingType?.includes(region) === true);

/**
 * Reads a request's template. Throws if the region does not support a type, or the permission model does not allow
 * the template.
 */
export function readTemplate(
  { state, region }: Call,
  { TemplateBody, TemplateURL }: GivenTemplate,
  { serviceManaged }: Pick<StackSet, 'serviceManaged'>,
): Template {
  if (TemplateURL !== undefined) throw unsupported('TemplateURL');
  if (TemplateBody === undefined)
    throw validationError('Either Template URL or Template Body must be specified.');
  const template = parseTemplate(TemplateBody, new Set(Object.keys(resourceTypes)));
  const types = [...new Set([...template.resources.values()].map(({ type }) => type))];
  const unknown = types.filter(
    (type) => settingTypes.has(type) && !isKnownType(state, region, type),
  );
  if (unknown.length > 0)
    throw validationError(
      `Template format error: Unrecognized resource types: [${unknown.join(', ')}]`,
    );
  if (serviceManaged && template.transforms.length > 0)
    throw validationError(
      'StackSets with SERVICE_MANAGED permission model do not support transforms',
    );
  if (types.includes('AWS::CloudFormation::Stack')) {
    throw serviceManaged
      ? validationError(
          'StackSets with SERVICE_MANAGED permission model do not support nested stacks',
        )
      : unsupported('nested stacks');
  }
  if (template.transforms.length > 0) throw unsupported('transforms');
  for (const { type, properties } of template.resources.values())
    if (properties['PermissionModel'] === 'SERVICE_MANAGED')
      throw unsupported(`${type} with the permission model SERVICE_MANAGED`);
  return template;
}

/** The capability that the template requires, if any. */
export function neededCapability({ resources }: Template): string | null {
  const roles = [...resources.values()].filter(({ type }) => type.startsWith('AWS::IAM::'));
  if (roles.length === 0) return null;
  return roles.some(({ properties }) => properties['RoleName'] !== undefined)
    ? 'CAPABILITY_NAMED_IAM'
    : 'CAPABILITY_IAM';
}

/** Throws if the request lacks the capability that the template requires. */
export function requireCapabilities(template: Template, given: readonly string[]): void {
  const needed = neededCapability(template);
  if (needed === null || given.includes(needed) || given.includes('CAPABILITY_NAMED_IAM')) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}

interface GivenParameter {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

/** A request's parameters by name, with previous values where the request asks for them. */
export function readParameters(
  given: readonly GivenParameter[] | undefined,
  former: FormerParameters,
): ReadonlyMap<string, string> {
  return new Map(
    (given ?? []).flatMap(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
      const isFormer = UsePreviousValue === true;
      const value = isFormer ? former.values.get(ParameterKey) : ParameterValue;
      if (value !== undefined) return [[ParameterKey, value] as const];
      // It had the template's default value and keeps it.
      if (isFormer && former.declared.get(ParameterKey)?.default !== undefined) return [];
      throw validationError(`Parameter ${ParameterKey} has no value.`);
    }),
  );
}

/** The previous values of a stack set's parameters, and its template's parameters. */
interface FormerParameters {
  readonly values: ReadonlyMap<string, string>;
  readonly declared: Template['parameters'];
}

export const noFormerParameters: FormerParameters = { values: new Map(), declared: new Map() };

interface GivenAutoDeployment {
  readonly Enabled?: boolean;
  readonly RetainStacksOnAccountRemoval?: boolean;
  readonly DependsOn?: readonly string[];
}

/** Reads a request's automatic deployment. */
export function readAutoDeployment(given: GivenAutoDeployment): AutoDeployment {
  const { Enabled: enabled = false, RetainStacksOnAccountRemoval: retain, DependsOn = [] } = given;
  if (!enabled && retain !== undefined)
    throw validationError(
      'RetainStacksOnAccountRemoval can only be specified if AutoDeployment is enabled',
    );
  if (enabled && retain === undefined)
    throw validationError(
      'RetainStacksOnAccountRemoval must be specified if AutoDeployment is enabled',
    );
  if (DependsOn.length > maxDependencies)
    throw new AwsError(
      'LimitExceededException',
      `A stack set can depend on at most ${maxDependencies} others.`,
    );
  return { enabled, retain: retain ?? false, dependsOn: DependsOn };
}
