/** The options of `dhmc stackset`. */
import { flag, single, type OptionSpec } from './option-spec.ts';
import { atOnce, nameOrId, setPrefix } from './parsers.ts';

export const stackSetOptions = {
  pilot: single({
    group: 'Stack sets',
    metavar: 'id|name',
    parse: nameOrId,
    notInFiles: 'it is for a single deployment. Give --pilot on the command line.',
    help: "the account to deploy to first, at AWS's default and without a DHMC role; with --take-over, an account that dhmc enabled",
  }),
  'take-over': flag({
    group: 'Stack sets',
    commandLineOnly: true,
    help: 'also transfer the cells that dhmc enabled and nobody has changed since; their settings keep their values',
  }),
  name: single({
    group: 'Stack sets',
    metavar: 'prefix',
    parse: setPrefix,
    default: 'dhmc',
    help: 'prefix of the names of the stack sets',
  }),
  'max-concurrent': single({
    group: 'Stack sets',
    metavar: 'n|n%',
    parse: atOnce,
    default: '100%',
    help: 'accounts that CloudFormation works on at once',
  }),
  'no-wait': flag({
    group: 'Stack sets',
    help: 'do not wait for the last operation; run the command again later to see its result',
  }),
  drift: flag({
    group: 'Stack sets',
    help: 'also let CloudFormation compare every stack with its template (slow)',
  }),
  reset: flag({
    group: 'Stack sets',
    commandLineOnly: true,
    help: "also reset the settings of the stack sets to AWS's default, then delete the roles that they created",
  }),
} satisfies Record<string, OptionSpec>;
