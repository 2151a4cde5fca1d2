/**
 * A CloudFormation template as YAML or JSON text, with its comments. In YAML it quotes what readers of YAML 1.1 would
 * take for dates or booleans.
 */
import { Document, isMap, isPair, isScalar } from 'yaml';
import { escapeControls } from '../escape.ts';
import type { Template } from '../../core/templates/template.ts';

export const templateFormats = ['yaml', 'json'] as const;
export type TemplateFormat = (typeof templateFormats)[number];

export const renderTemplate = (template: Template, format: TemplateFormat): string =>
  format === 'json' ? asJson(template) : asYaml(template);

/** JSON has no comments, so they go into the template's metadata, which CloudFormation keeps and ignores. */
function asJson({ body, comments }: Template): string {
  const { AWSTemplateFormatVersion, Description, ...rest } = body;
  const notes = Object.entries(comments).map(([path, lines]) => [
    path === '' ? 'Template' : path,
    lines,
  ]);
  const Metadata = { Comments: Object.fromEntries(notes) as object };
  return `${JSON.stringify({ AWSTemplateFormatVersion, Description, Metadata, ...rest }, null, 2)}\n`;
}

function asYaml({ body, comments }: Template): string {
  const document = new Document(body, { aliasDuplicateObjects: false, schema: 'yaml-1.1' });
  for (const [path, lines] of Object.entries(comments)) {
    const text = lines.map((line) => ` ${escapeControls(line)}`).join('\n');
    if (path === '') document.commentBefore = text;
    else commentOn(document, path.split('/'), text);
  }
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function commentOn(document: Document, path: readonly string[], text: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent))
    throw new Error(`A comment on ${path.join('/')}, which the template does not have.`);
  const pair = parent.items.find(
    (item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1),
  );
  if (pair === undefined || !isScalar(pair.key)) {
    throw new Error(`A comment on ${path.join('/')}, which the template does not have.`);
  }
  pair.key.commentBefore = text;
}
