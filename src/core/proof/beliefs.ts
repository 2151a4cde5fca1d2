/** What dhmc expects from AWS. A proof's facts, the sandbox's knobs and docs/proof.md come from this table. */
import { plural } from '../model/counted.ts';
import {
  acceptance,
  isDenial,
  member,
  milliseconds,
  outcome,
  refusal,
  text,
  untried,
  type Belief,
} from './belief.ts';
import { answerErrorText, lastAnswer, settingIn } from './observations.ts';

const noRole = 'Nonexistent role or missing ssm service principal in trust policy: ';

const settingsApi =
  'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html';
const dhmcGuide =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html';
const denialGuide =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html';

/** How far this machine's clock is from AWS's, in whole milliseconds. */
export const clockNote = (aheadMs: number): string => {
  const ms = Math.round(aheadMs);
  if (ms === 0) return "This machine's clock agrees with AWS's.";
  return `This machine is about ${Math.abs(ms).toLocaleString('en')} ms ${ms > 0 ? 'ahead of' : 'behind'} AWS.`;
};

export const beliefs: readonly Belief[] = [
  {
    id: 'default-value',
    belief: 'A setting that nobody set has the value `$None`.',
    evidence: 'reported',
    source: 'published output of the AWS CLI',
    expected: '$None',
    knob: 'defaultValue',
    judge: member('default', 'SettingValue', (value) => value === '$None'),
  },
  {
    id: 'default-status',
    belief: 'A setting that nobody set has the status `Default`.',
    evidence: 'documented',
    source: settingsApi,
    expected: 'Default',
    knob: 'defaultStatus',
    judge: member('default', 'Status', (value) => value === 'Default'),
  },
  {
    id: 'default-writer',
    belief: 'A setting that nobody set names `System` as its last writer.',
    evidence: 'documented',
    source: `${settingsApi} (an example of another setting)`,
    expected: 'System',
    knob: 'defaultWriter',
    judge: member('default', 'LastModifiedUser', (value) => value === 'System'),
  },
  {
    id: 'region-listed',
    belief: 'ListRegions lists every region that answers as enabled.',
    evidence: 'assumed',
    source: 'inferred from the description of ListRegions',
    expected: 'ENABLED or ENABLED_BY_DEFAULT',
    knob: null,
    judge: (seen) => {
      const answer = lastAnswer(seen, 'regions');
      if (answer === null) return untried;
      if (answer.error !== null)
        return {
          observed: answerErrorText(answer.error),
          agrees: null,
          note: 'ListRegions could not be called, so the list is unproven here.',
        };
      const listed = answer.output?.['Regions'];
      const found = (Array.isArray(listed) ? (listed as unknown[]) : []).find(
        (item): item is { RegionName: string; RegionOptStatus: unknown } =>
          typeof item === 'object' &&
          item !== null &&
          'RegionName' in item &&
          item.RegionName === seen.region,
      );
      const status = text(found?.RegionOptStatus);
      return {
        observed: status,
        agrees: status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT',
        note: null,
      };
    },
  },
  {
    id: 'denial-text',
    belief:
      'A denial names the action, the resource and the kind of policy, whether nothing allows the action or a statement denies it.',
    evidence: 'documented',
    source: denialGuide,
    expected:
      'because no session policy allows the ssm:UpdateServiceSetting action; with an explicit deny in a session policy',
    knob: 'denialText',
    judge: (seen) => {
      const implicit = lastAnswer(seen, 'denied-implicitly');
      const explicit = lastAnswer(seen, 'denied-explicitly');
      if (implicit === null || explicit === null)
        return {
          ...untried,
          note: "Needs a session in another account: the caller's own credentials take no session policy.",
        };
      return {
        observed: `${outcome(implicit)}; ${outcome(explicit)}`,
        agrees:
          isDenial(
            implicit,
            'because no session policy allows the ssm:UpdateServiceSetting action',
          ) && isDenial(explicit, 'with an explicit deny in a session policy'),
        note: null,
      };
    },
  },
  {
    id: 'missing-role',
    belief: 'An update that names a role that does not exist is refused.',
    evidence: 'assumed',
    source: 'the text that sibling operations answer',
    expected: `ValidationException (400): ${noRole}<role>`,
    knob: 'missingRole',
    judge: refusal('missing-role', 'ValidationException', noRole),
  },
  {
    id: 'untrusting-role',
    belief: 'An update that names a role that does not trust Systems Manager is refused.',
    evidence: 'assumed',
    source: 'the text that sibling operations answer',
    expected: `ValidationException (400): ${noRole}<role>`,
    knob: 'untrustingRole',
    judge: refusal('untrusting-role', 'ValidationException', noRole),
  },
  {
    id: 'propagation',
    belief:
      'A role that was just created or changed is accepted after a short delay; dhmc waits up to a minute.',
    evidence: 'documented',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html (eventual consistency, without a bound)',
    expected: null,
    knob: 'iamPropagationMs',
    judge: ({ timings }) =>
      milliseconds(
        timings.acceptedAfterMs,
        timings.acceptedAfterTries === null ? null : plural(timings.acceptedAfterTries, 'try'),
      ),
  },
  {
    id: 'value-kept',
    belief: 'The setting keeps the value that it was given: what follows `:role/` in the ARN.',
    evidence: 'documented',
    source: dhmcGuide,
    expected: '<the value that was sent>',
    knob: 'storedValue',
    judge: member('accepted-read', 'SettingValue', (value, { role }) => value === role),
  },
  {
    id: 'set-status',
    belief: 'A setting that someone set has the status `Customized`.',
    evidence: 'documented',
    source: settingsApi,
    expected: 'Customized',
    knob: 'setStatus',
    judge: member('accepted-read', 'Status', (value) => value === 'Customized'),
  },
  {
    id: 'writer',
    belief: 'A setting names the session that wrote it last.',
    evidence: 'documented',
    source: settingsApi,
    expected: '<the ARN of the session>',
    knob: 'modifiedUser',
    judge: member('accepted-read', 'LastModifiedUser', (value, { actor }) => value === actor),
  },
  {
    id: 'read-after-write',
    belief: 'A read shows a write at once, or soon; dhmc reads again for 15 seconds.',
    evidence: 'assumed',
    source: 'not documented',
    expected: null,
    knob: 'settingReadLagMs',
    judge: ({ timings }) => milliseconds(timings.readAfterWriteMs),
  },
  {
    id: 'id-as-arn',
    belief: 'A setting can be named by its ARN in the account and region.',
    evidence: 'documented',
    source: settingsApi,
    expected: 'accepted',
    knob: 'settingIdAsArn',
    judge: acceptance('by-arn'),
  },
  {
    id: 'equal-write',
    belief: 'Writing the same value again renews date and writer.',
    evidence: 'assumed',
    source: 'not documented; dhmc tells its own writes from others by them',
    expected: 'a new date',
    knob: 'equalWrite',
    judge: (seen) => {
      const before = settingIn(lastAnswer(seen, 'accepted-read'))?.['LastModifiedDate'];
      const answer = lastAnswer(seen, 'equal-read');
      if (answer === null || before === undefined) return untried;
      if (answer.error !== null)
        return { observed: answerErrorText(answer.error), agrees: false, note: null };
      const after = settingIn(answer)?.['LastModifiedDate'];
      const changed = text(after) !== text(before);
      return {
        observed: changed ? 'a new date' : 'the same date',
        agrees: changed,
        note: `${text(before)} → ${text(after)}`,
      };
    },
  },
  {
    id: 'bare-name',
    belief: 'For a role at a path, the bare name may be accepted too; dhmc always sends the path.',
    evidence: 'assumed',
    source: "older instructions of AWS's",
    expected: null,
    knob: null,
    judge: (seen) => {
      const answer = lastAnswer(seen, 'bare-name');
      return answer === null ? untried : { observed: outcome(answer), agrees: null, note: null };
    },
  },
  {
    id: 'at-once',
    belief:
      'Of several updates at once, some may be refused with TooManyUpdates; dhmc tries these again.',
    evidence: 'documented',
    source:
      'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html (its status is not)',
    expected: null,
    knob: 'tooManyUpdatesMs',
    judge: ({ answers }) => {
      const all = answers['at-once'];
      if (all === undefined) return untried;
      return { observed: all.map(outcome).join('; '), agrees: null, note: null };
    },
  },
  {
    id: 'named-role-deleted',
    belief: 'IAM deletes a role that a setting names: it does not know of the setting.',
    evidence: 'assumed',
    source: 'not documented',
    expected: 'accepted',
    knob: 'deleteNamedRole',
    judge: acceptance('role-deleted'),
  },
  {
    id: 'reset-answer',
    belief: 'A reset answers with the setting as it is after it.',
    evidence: 'documented',
    source:
      'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResetServiceSetting.html',
    expected: '$None, or the value that the default had before',
    knob: 'resetAnswer',
    judge: (seen) => {
      const before = text(settingIn(lastAnswer(seen, 'default'))?.['SettingValue']);
      return member(
        'reset',
        'SettingValue',
        (value) => value === '$None' || value === before,
      )(seen);
    },
  },
  {
    id: 'read-after-reset',
    belief: 'A read shows a reset at once, or soon.',
    evidence: 'assumed',
    source: 'not documented',
    expected: null,
    knob: 'settingReadLagMs',
    judge: ({ timings }) => milliseconds(timings.readAfterResetMs),
  },
  {
    id: 'clock',
    belief: "Answers carry AWS's time; dhmc measures how far this machine's clock is off.",
    evidence: 'documented',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#name-date',
    expected: 'a Date header in every answer',
    knob: 'dateHeader',
    judge: ({ timings }) =>
      timings.clockAheadMs === null
        ? { observed: 'no Date header', agrees: false, note: null }
        : {
            observed: 'a Date header',
            agrees: true,
            note: clockNote(timings.clockAheadMs),
          },
  },
  {
    id: 'keep-alive',
    belief: 'Connections are kept open, so that most calls need no new one.',
    evidence: 'reported',
    source: "the SDK's own transport rests on it",
    expected: null,
    knob: null,
    judge: ({ transport: { calls, connections } }) => ({
      observed: `${String(calls)} calls over ${String(connections)} connections`,
      agrees: null,
      note: null,
    }),
  },
  {
    id: 'retry-after',
    belief: 'If an answer has Retry-After, it is a number of seconds; dhmc waits that long.',
    evidence: 'documented',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#name-retry-after',
    expected: null,
    knob: null,
    judge: ({ transport: { retryAfter } }) =>
      retryAfter === null
        ? { ...untried, note: 'No answer carried it.' }
        : { observed: retryAfter, agrees: null, note: null },
  },
  {
    id: 'service-role-trust',
    belief: 'Systems Manager assumes the DHMC role through the principal ssm.amazonaws.com.',
    evidence: 'documented',
    source: `${dhmcGuide} (the pages for China disagree)`,
    expected: null,
    knob: null,
    judge: null,
  },
  {
    id: 'region-not-enabled',
    belief: 'A region that is not enabled answers UnrecognizedClientException.',
    evidence: 'reported',
    source: 'issues of public projects',
    expected: null,
    knob: null,
    judge: null,
  },
  {
    id: 'region-without-dhmc',
    belief: 'A region without DHMC answers ServiceSettingNotFound.',
    evidence: 'assumed',
    source: "the operation's list of errors",
    expected: null,
    knob: 'withoutDhmc',
    judge: null,
  },
  {
    id: 'service-managed-registration',
    belief:
      'RegisterDefaultHostManagementConfiguration sets the setting to a value under aws-reserved/.',
    evidence: 'assumed',
    source: 'not documented',
    expected: null,
    knob: null,
    judge: null,
  },
];
