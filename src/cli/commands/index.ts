/** Every command: what it is called, what it takes, and where its code is. The code is loaded only when it runs. */
import { optionSets } from '../options.ts';
import type { CommandSpec } from '../program.ts';

const statusCommand = {
  summary: 'look at every account and region, and report; changes nothing',
  options: optionSets.status,
  load: async () => (await import('./status.ts')).status,
} satisfies Partial<CommandSpec>;

export const commands: readonly CommandSpec[] = [
  {
    name: 'enable',
    summary: 'plan, show the plan, ask, apply, verify and report',
    details:
      'Makes every setting in scope name the DHMC role, and the role what it must be. Without --yes it asks before it changes anything.',
    options: optionSets.enable,
    load: async () => (await import('./enable.ts')).enable,
  },
  { name: 'status', ...statusCommand, subcommands: [{ name: 'report', ...statusCommand }] },
  {
    name: 'disable',
    summary: 'plan, show, ask and reset every setting in scope that names our role',
    options: optionSets.disable,
    selectorsFromVariables: false,
    load: async () => (await import('./disable.ts')).disable,
  },
  {
    name: 'sandbox',
    summary: 'a simulated organization on 127.0.0.1; with a command, runs it there and stops',
    options: optionSets.sandbox,
    runsCommands: true,
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'demo',
    summary: 'the whole story on a simulated organization: plan, enable, report, take away again',
    options: optionSets.demo,
    load: async () => (await import('./demo.ts')).demo,
  },
];
