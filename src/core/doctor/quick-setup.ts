/** Whether Quick Setup or the Systems Manager console would turn DHMC on again, by associations that run once a day. */
import type { Setting } from '../model/model.ts';
import { sharedHint } from '../problems/alike.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import type { AccountInside } from './readings.ts';

/**
 * Whether an association may be active. It would write the setting within a day, so there is none where AWS shows that
 * the setting was never changed.
 */
export const mayBeSetByAssociation = ({ value, modifiedBy }: Setting): boolean =>
  value !== null || modifiedBy !== 'System';

/** The findings about the associations in an account's regions. */
export function onQuickSetup(
  account: string,
  {
    associations,
    readings,
  }: Pick<AccountInside, 'associations'> & {
    readonly readings: Pick<AccountInside['readings'], 'cells'>;
  },
): readonly Finding[] {
  const found = associations
    .filter(({ count }) => count.known && count.value > 0)
    .map(({ region }) => region);
  const unread = associations.flatMap(({ region, count }) =>
    count.known ? [] : [{ account, region, problem: count.problem }],
  );
  const findings: Finding[] = [];
  if (found.length > 0) {
    findings.push(
      troubled('quick-setup', 'warning', account, {
        message: 'There is an association of AWSQuickSetupType-EnableDHMC in {regions}.',
        facts: { regions: found.join(', ') },
        why: 'Quick Setup or the Systems Manager console switches DHMC on there once a day: a disable or a rollback would not last.',
        hint: 'Before disable or rollback, remove the configuration in Quick Setup or in the Systems Manager console.',
      }),
    );
  }
  const [first] = unread;
  if (first !== undefined) {
    findings.push(
      ofProblem(
        'quick-setup',
        'warning',
        account,
        { ...first.problem, hint: sharedHint(unread) },
        {
          message: 'Associations could not be read in {regions}: {said}',
          why: 'Quick Setup may switch DHMC on again after a disable or a rollback.',
          facts: { regions: unread.map(({ region }) => region).join(', ') },
        },
      ),
    );
  }
  if (findings.length > 0 || !readings.cells.some(({ setting }) => setting.known)) return findings;
  return [
    fine(
      'quick-setup',
      account,
      associations.length === 0
        ? 'No setting here is known to have been changed, so dhmc did not look for associations.'
        : 'Neither Quick Setup nor the console switches DHMC on by itself.',
    ),
  ];
}
