/** The CloudFormation templates, by the name of their stack set. */
import { automationTemplate } from './automation.ts';
import { registeredTemplate } from './registered.ts';
import { roleTemplate } from './role.ts';
import { settingTemplate } from './setting.ts';
import { singleTemplate } from './single.ts';
import type { SetName, Template, TemplateChoices } from './template.ts';

const generators: Readonly<Record<SetName, (choices: TemplateChoices) => Template>> = {
  role: roleTemplate,
  setting: settingTemplate,
  single: singleTemplate,
  registered: registeredTemplate,
  automation: automationTemplate,
};

/** The template of a stack set, filled in with the choices. */
export const stackSetTemplate = (set: SetName, choices: TemplateChoices): Template =>
  generators[set](choices);

/** Whether a stack with the template creates a role with a fixed name, which requires CAPABILITY_NAMED_IAM. */
export const needsNamedIam = (set: SetName): boolean =>
  set === 'role' || set === 'single' || set === 'automation';
