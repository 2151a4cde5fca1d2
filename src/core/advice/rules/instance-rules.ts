/** Rules about the instances with the role: what would keep DHMC from managing them, and what is proven. */
import { hints } from '../hints.ts';
import type { RegionView } from '../view.ts';
import { everywhere, inRegions, withFault, type Rule } from './rule.ts';

export const instances: readonly Rule[] = [
  {
    id: 'S3',
    reason: 'agent-too-old',
    verdict: 'not-yet',
    about: 'an agent is older than the first that can use DHMC',
    find: withFault('agent-too-old', () => hints.agentTooOld),
  },
  {
    id: 'S3',
    reason: 'agent-unknown',
    verdict: 'not-yet',
    about: 'Systems Manager does not say which version an agent has',
    find: withFault('agent-unknown', () => hints.agentUnknown),
  },
  {
    id: 'S3',
    reason: 'imds-disabled',
    verdict: 'not-yet',
    about: 'the metadata endpoint of an instance is off',
    find: withFault('imds-disabled', (region) => hints.metadata(region)),
  },
  {
    id: 'S3',
    reason: 'imds-pending',
    verdict: 'not-yet',
    about: 'a change of the metadata options is still being applied',
    find: withFault('imds-pending', () => hints.metadataPending),
  },
  {
    id: 'S3',
    reason: 'connection-lost',
    verdict: 'not-yet',
    about: 'an agent has stopped reporting, so its state is unknown',
    find: withFault('connection-lost', () => hints.connectionLost),
  },
  {
    id: 'S3',
    reason: 'not-listed',
    verdict: 'not-yet',
    about: 'Systems Manager does not list an instance, so its agent is unknown',
    find: withFault('not-listed', () => hints.notListed),
  },
  {
    id: 'S4',
    reason: 'hybrid-node',
    verdict: 'not-yet',
    about: 'an instance is a node of a hybrid activation',
    find: withFault('hybrid-node', () => hints.hybridNode),
  },
  {
    id: 'S11',
    reason: 'stopped-instances',
    verdict: 'not-yet',
    about: 'an instance is stopped, so its agent is unknown',
    find: inRegions((here, { options }) =>
      here.stopped.length === 0 || options.acceptStopped
        ? null
        : { instances: here.stopped, hint: hints.stopped },
    ),
  },
];

export const proof: readonly Rule[] = [
  {
    id: 'S9',
    reason: 'no-canary',
    verdict: 'likely',
    about: 'no instance of the region proves that DHMC works there',
    find: inRegions((here, view) => {
      const [first] = here.cell?.setting.kind === 'set' ? tryFirst(here) : [];
      if (first === undefined || view.account.evidence.canaries(here.region).count > 0) return null;
      return { instances: [first], hint: hints.noCanary(first, here.region, isStopped(here)) };
    }),
  },
  {
    id: 'S9',
    reason: 'canary-elsewhere',
    verdict: 'likely',
    about:
      'the instance that proves DHMC is in another VPC, whose endpoints may have other policies',
    find: inRegions((here, view) => {
      const canaries = view.account.evidence.canaries(here.region);
      if (canaries.count === 0) return null;
      const unproven = [...here.vpcs].filter(([vpc]) => vpc === '' || !canaries.vpcs.has(vpc));
      const stopped = new Set(here.stopped);
      const first = unproven.flatMap(
        ([, ids]) => ids.find((id) => !stopped.has(id)) ?? ids[0] ?? [],
      );
      if (first.length === 0) return null;
      const vpcs = unproven.map(([vpc]) => vpc).filter((vpc) => vpc !== '');
      return { instances: first, hint: hints.canaryElsewhere(first, vpcs) };
    }),
  },
  {
    id: 'S9',
    reason: 'setting-age-unknown',
    verdict: 'likely',
    about: 'AWS does not say how long the setting has been on',
    find: inRegions((here) => {
      const setting = here.cell?.setting;
      return setting?.kind === 'set' && setting.modifiedAt === null && !setting.pending
        ? { instances: [], hint: hints.settingAge }
        : null;
    }),
  },
  {
    id: 'S10',
    reason: 'quick-setup',
    verdict: 'likely',
    about: 'Quick Setup may attach the policies again',
    find: ({ account }) =>
      account.quickSetup === 'no' ? [] : everywhere(hints.quickSetup(account.quickSetup)),
  },
];

/** The instances in the order to try them: those without a fault first, stopped ones last. */
const tryFirst = ({ running, stopped, faults }: RegionView): readonly string[] => {
  const faulty = new Set([...faults.values()].flat());
  const inOrder = [...running].sort(
    (one, other) => Number(faulty.has(one)) - Number(faulty.has(other)),
  );
  return [...inOrder, ...stopped];
};

/** Whether all of the region's instances are stopped: one has to be started before it can be tried. */
const isStopped = ({ running }: RegionView): boolean => running.length === 0;
