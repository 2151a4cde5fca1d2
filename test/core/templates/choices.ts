/** The choices for a template, for tests. */
import type { TemplateChoices } from '../../../src/core/templates/template.ts';

export const choices: TemplateChoices = {
  rolePath: '/service-role/',
  roleName: 'Dhmc',
  boundary: null,
  tags: { team: 'ops' },
  mainRegion: 'eu-central-1',
  onDelete: 'retain',
};
