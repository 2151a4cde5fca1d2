/**
 * Writes `schemas/config.schema.json` from the table of options. Editors use it to complete and check configuration
 * files.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { optionNames, specOf, variableOf, type OptionName } from '../src/cli/args/options.ts';
import type { OptionSpec } from '../src/cli/args/option-spec.ts';
import { isForFiles } from '../src/cli/args/config/read.ts';
import type { Parser } from '../src/cli/args/parsers.ts';

export const configSchemaPath = join(import.meta.dirname, '../schemas/config.schema.json');

type Schema = Readonly<Record<string, unknown>>;

function schemaOfValue({ takes }: Parser<unknown>): Schema {
  switch (takes?.kind) {
    case 'number':
      return {
        anyOf: [
          { type: 'integer', minimum: takes.least, maximum: takes.most },
          { type: 'string', pattern: '^\\d+$' },
        ],
      };
    case 'choice':
      return { type: 'string', enum: takes.choices };
    case 'text': {
      const type = takes.digits === true ? ['string', 'integer'] : 'string';
      return {
        type,
        minLength: 1,
        ...(takes.pattern === undefined ? {} : { pattern: takes.pattern }),
      };
    }
    case 'file':
    case 'run or file':
    case 'directory':
    case undefined:
      return { type: 'string', minLength: 1 };
  }
}

function schemaOfOption(spec: OptionSpec): Schema {
  if (spec.kind === 'flag') return { type: 'boolean' };
  const one = schemaOfValue(spec.parse);
  if (spec.kind === 'value') return one;
  // A string may be a comma list, which does not match the schema of its parts.
  const whole =
    spec.split === 'comma' && ('enum' in one || 'pattern' in one)
      ? { anyOf: [one, { type: 'string', pattern: ',' }] }
      : one;
  const many = { type: 'array', items: whole, minItems: 1 };
  const pairs =
    spec.metavar === 'key=value'
      ? [{ type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }]
      : [];
  return { anyOf: [whole, many, ...pairs] };
}

function described(name: OptionName): Schema {
  const spec = specOf(name);
  const note =
    spec.kind === 'flag' || spec.default === undefined ? '' : `\nDefault: ${spec.default}`;
  return {
    description: `${spec.group}: ${spec.help}${note}\n--${name}, ${variableOf(name)}`,
    ...schemaOfOption(spec),
  };
}

export const configSchema = (): Schema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:dhmc:config',
  title: 'dhmc.config.json, dhmc.config.yaml',
  description: 'Options of dhmc. Flags and DHMC_ variables override them.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    ...Object.fromEntries(
      optionNames.filter((name) => isForFiles(specOf(name))).map((name) => [name, described(name)]),
    ),
  },
});

/** The content of the file. */
export const configSchemaText = async (): Promise<string> =>
  format(JSON.stringify(configSchema()), {
    ...(await resolveConfig(configSchemaPath)),
    filepath: configSchemaPath,
  });

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(configSchemaPath, await configSchemaText());
}
