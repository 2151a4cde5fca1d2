import { describe, expect, it } from 'vitest';
import { automationTemplate } from '../../../src/core/templates/automation.ts';
import { choices } from './choices.ts';

interface Step {
  readonly name: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly inputs: {
    readonly Default?: string;
    readonly Choices?: readonly { NextStep: string; Variable: string; StringEquals: string }[];
  };
}

const { body } = automationTemplate(choices);
const resources = body['Resources'] as Readonly<
  Record<string, { readonly Properties: Readonly<Record<string, unknown>> }>
>;
const steps = (resources['DhmcRunbook']?.Properties['Content'] as { mainSteps: readonly Step[] })
  .mainSteps;

/** The steps that the runbook takes for this value of the setting. */
function walk(value: string, overwrite: 'true' | 'false'): readonly string[] {
  const texts: Readonly<Record<string, string>> = {
    '{{ get.Value }}': value,
    '{{ Overwrite }}': overwrite,
    '{{ Role }}': 'service-role/Dhmc',
  };
  const filled = (text: string): string => texts[text] ?? text;
  const taken: string[] = [];
  let at: string | undefined = 'get';
  while (at !== undefined) {
    const step = steps.find(({ name }) => name === at);
    if (step === undefined) throw new Error(`no step ${at}`);
    taken.push(step.name);
    const choice = step.inputs.Choices?.find(
      ({ Variable, StringEquals }) => filled(Variable) === filled(StringEquals),
    );
    at = choice?.NextStep ?? step.inputs.Default ?? step.nextStep;
    if (step.isEnd === true) break;
  }
  return taken;
}

describe('the runbook', () => {
  it.each([
    ['our role', 'service-role/Dhmc', 'false', ['get', 'decide', 'check']],
    ["AWS's default", '$None', 'false', ['get', 'decide', 'update', 'check']],
    ['another role', 'Team', 'false', ['get', 'decide', 'check']],
    ['another role that it may replace', 'Team', 'true', ['get', 'decide', 'update', 'check']],
  ] as const)('takes the right steps where the setting names %s', (_, value, overwrite, taken) => {
    expect(walk(value, overwrite)).toEqual(taken);
  });

  it('may pass the role only to Systems Manager', () => {
    const [policy] = resources['DhmcAutomationRole']?.Properties['Policies'] as readonly {
      PolicyDocument: { Statement: readonly object[] };
    }[];
    expect(policy?.PolicyDocument.Statement[1]).toMatchObject({
      Action: 'iam:PassRole',
      Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    });
  });
});
