/** The manual page, made from the same tables as help. */
import { optionOf, type CommandSpec } from '../command.ts';
import { optionNames, specOf, variableOf, type OptionName } from '../options.ts';
import { capitalize } from '../../../core/model/counted.ts';
import { version } from '../../version.ts';
import { examplesOf, rootExamples, type Example } from './examples.ts';
import { allStatuses } from './statuses.ts';

/** Escapes text for roff: no line becomes a request, and hyphens can be copied. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;

const entry = (term: string, text: string): string => `.TP\n${term}\n${roff(text)}`;

interface Named {
  readonly name: string;
  readonly spec: CommandSpec;
}

const namedCommands = (specs: readonly CommandSpec[], before = ''): readonly Named[] =>
  specs
    .filter(({ hidden }) => hidden !== true)
    .flatMap((spec) => [
      { name: before + spec.name, spec },
      ...namedCommands(spec.subcommands ?? [], `${before}${spec.name} `),
    ]);

function optionTerm(name: OptionName): string {
  const spec = specOf(name);
  const short = spec.short === undefined ? '' : `${bold(`-${spec.short}`)}, `;
  const value =
    spec.kind === 'flag'
      ? ''
      : spec.kind === 'list' && spec.preset !== undefined
        ? ` [${roff(spec.metavar)}]`
        : ` \\fI${roff(spec.metavar)}\\fR`;
  return `${short}${bold(`--${name}`)}${value}`;
}

/** Help texts start in lower case and have no full stop; the manual page has whole sentences. */
const sentence = (help: string): string => `${capitalize(help)}.`;

function optionText(name: OptionName, commands: readonly Named[]): string {
  const spec = specOf(name);
  const takers = commands.filter(
    ({ name: command, spec: { options } }) => options.includes(name) && command !== 'config show',
  );
  const notes = [
    spec.kind !== 'flag' && spec.default !== undefined ? `Default: ${spec.default}.` : '',
    spec.kind === 'list' && spec.preset === undefined ? 'Repeatable.' : '',
    spec.commandLineOnly === true ? 'Only on the command line.' : `Variable: ${variableOf(name)}.`,
    `Commands: ${takers.map(({ name: command }) => command).join(', ')}.`,
  ];
  return [sentence(spec.help), ...variantTexts(name, takers), ...notes]
    .filter((part) => part !== '')
    .join(' ');
}

/** The meaning of the option in the commands that take it differently. */
function variantTexts(name: OptionName, takers: readonly Named[]): readonly string[] {
  const commandsOf = new Map<string, string[]>();
  for (const { name: command, spec } of takers) {
    if (spec.variants?.[name] === undefined) continue;
    const option = optionOf(spec, name);
    const value = option.kind === 'flag' ? '' : `${option.metavar.toUpperCase()}: `;
    const text = `${value}${option.help}`;
    commandsOf.set(text, [...(commandsOf.get(text) ?? []), command]);
  }
  return [...commandsOf].map(([text, names]) => `For ${names.join(', ')}: ${text}.`);
}

const exampleText = ({ line, about }: Example): string => entry(bold(line), about);

function commandText({ name, spec }: Named): string {
  const usage = [
    bold(`dhmc ${name}`),
    spec.operands === undefined ? '' : roff(spec.operands.usage),
    spec.options.length > 0 ? '[options]' : '',
    spec.runsCommands === true ? roff('[-- command ...]') : '',
  ].filter((part) => part !== '');
  return [
    `.SS ${roff(name)}`,
    usage.join(' '),
    '.PP',
    roff(`${sentence(spec.summary)}${spec.details === undefined ? '' : ` ${spec.details}`}`),
    ...examplesOf(name).map(exampleText),
  ].join('\n');
}

/** The page as roff source. */
export function manualPage(specs: readonly CommandSpec[]): string {
  const commands = namedCommands(specs);
  const used = optionNames.filter((name) =>
    commands.some(({ spec }) => spec.options.includes(name)),
  );
  const groups = [...new Set(used.map((name) => specOf(name).group))];
  return [
    `.TH DHMC 1 "" "dhmc ${version}" "User Commands"`,
    '.SH NAME',
    roff(
      "dhmc - roll AWS Systems Manager's Default Host Management Configuration out to an organization",
    ),
    '.SH SYNOPSIS',
    `${bold('dhmc')} \\fIcommand\\fR [options]`,
    '.SH COMMANDS',
    ...commands.map(commandText),
    '.SH OPTIONS',
    ...groups.flatMap((group) => [
      `.SS ${roff(group)}`,
      ...used
        .filter((name) => specOf(name).group === group)
        .map((name) => entry(optionTerm(name), optionText(name, commands))),
    ]),
    '.SH EXIT STATUS',
    ...allStatuses.map(([status, meaning]) => entry(bold(String(status)), meaning)),
    '.SH FILES',
    entry(
      bold('dhmc.config.yaml, dhmc.config.yml, dhmc.config.json'),
      'options, in the working directory; dhmc config init writes one',
    ),
    '.SH EXAMPLES',
    ...rootExamples.map(exampleText),
    '',
  ].join('\n');
}
