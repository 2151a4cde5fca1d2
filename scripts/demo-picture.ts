/**
 * Draws the pictures of the README: runs the demo, passes its output through a terminal emulator, and writes the screen
 * as SVG, each cell with its colors. Needs the built program.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import headless from '@xterm/headless';

const root = join(import.meta.dirname, '..');
const columns = 100;

/** The demo's output, with colors. Throws if the demo fails. */
function demo(): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'bin/dhmc.js'), 'demo'],
    {
      encoding: 'utf8',
      env: { ...process.env, FORCE_COLOR: '1', COLUMNS: String(columns) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (status !== 0) throw new Error(`The demo failed:\n${stderr.slice(-2000)}`);
  return stdout;
}

interface Run {
  readonly column: number;
  readonly text: string;
  readonly width: number;
  readonly color: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const ink = '#d7dae0';
/** The sixteen colors of a terminal with a dark background. */
const palette = [
  '#5c6370', '#ef6b73', '#8fc878', '#e5c07b', '#6ab0f3', '#c991e1', '#5fc1c9', ink,
  '#7f848e', '#ff7b86', '#a5e075', '#f0d197', '#82c0ff', '#d8a6ef', '#7fd6de', '#ffffff',
]; // prettier-ignore

/** Each line of the screen, as runs of cells with the same style. */
export async function screenOf(output: string): Promise<readonly (readonly Run[])[]> {
  const terminal = new headless.Terminal({
    cols: columns,
    rows: 50,
    scrollback: 10_000,
    allowProposedApi: true,
    convertEol: true,
  });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const lines: Run[][] = [];
  for (let row = 0; row < active.length; row += 1) {
    const runs: Run[] = [];
    const line = active.getLine(row);
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const color = cell.isFgPalette() ? (palette[cell.getFgColor()] ?? ink) : ink;
      const [bold, dim] = [cell.isBold() !== 0, cell.isDim() !== 0];
      const text = cell.getChars() === '' ? ' ' : cell.getChars();
      const last = runs.at(-1);
      const wide = cell.getWidth() > 1 || (last !== undefined && last.width > last.text.length);
      const gap = last !== undefined && last.text.endsWith('  ');
      const alike =
        !wide &&
        !gap &&
        (text === ' ' || (last?.color === color && last.bold === bold && last.dim === dim));
      if (last !== undefined && alike) {
        runs[runs.length - 1] = {
          ...last,
          text: last.text + text,
          width: last.width + cell.getWidth(),
        };
      } else {
        runs.push({ column, text, width: cell.getWidth(), color, bold, dim });
      }
    }
    lines.push(runs.filter(({ text }) => text.trim() !== ''));
  }
  return lines;
}

const cellWidth = 8.4;
const lineHeight = 18;
const padding = 16;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `title` is the text for screen readers. */
export function svgOf(lines: readonly (readonly Run[])[], title: string): string {
  const width = Math.round(columns * cellWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  const x = (column: number): string => (padding + column * cellWidth).toFixed(1);
  const texts = lines.flatMap((runs, row) =>
    runs.map(({ column, text, width: cells, color, bold, dim }) => {
      const indent = text.length - text.trimStart().length;
      const trimmed = text.trim();
      const trailing = text.length - indent - trimmed.length;
      const attributes = [
        `x="${x(column + indent)}"`,
        `y="${padding + row * lineHeight + 13}"`,
        `textLength="${((cells - indent - trailing) * cellWidth).toFixed(1)}"`,
        ...(color === ink ? [] : [`fill="${color}"`]),
        ...(bold ? ['font-weight="bold"'] : []),
        ...(dim ? ['opacity="0.65"'] : []),
      ];
      return `<text ${attributes.join(' ')}>${escaped(trimmed)}</text>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="10" fill="#1b1e25"/>
<g fill="${ink}" font-size="14" font-family="ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" style="white-space: pre">
${texts.join('\n')}
</g>
</svg>
`;
}

interface Picture {
  readonly name: string;
  readonly title: string;
  /** How the first and the last line of the picture start. */
  readonly from: RegExp;
  readonly to: RegExp;
}

const pictures: readonly Picture[] = [
  {
    name: 'status',
    title: 'dhmc status: accounts down, regions across, one mark for each setting',
    from: /^1\. /,
    to: /^ {4}✓ enabled/,
  },
  {
    name: 'rollout',
    title:
      'dhmc enable, status --check and disable rollback on the organizational unit Workloads/Prod',
    from: /^4\. /,
    to: /^✓ Proven/,
  },
];

/** The lines of a picture. Throws if the demo no longer prints them. */
export function linesOf(
  { name, from, to }: Picture,
  lines: readonly (readonly Run[])[],
): readonly (readonly Run[])[] {
  const textOf = (runs: readonly Run[]): string =>
    runs.reduce((text, run) => text.padEnd(run.column) + run.text, '');
  const first = lines.findIndex((runs) => from.test(textOf(runs)));
  const last = lines.findIndex((runs, row) => row > first && to.test(textOf(runs)));
  if (first === -1 || last === -1)
    throw new Error(`The demo prints nothing for the picture ${name}.`);
  return lines.slice(first, last + 1);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lines = await screenOf(demo());
  mkdirSync(join(root, 'docs/pictures'), { recursive: true });
  for (const picture of pictures) {
    writeFileSync(
      join(root, `docs/pictures/${picture.name}.svg`),
      svgOf(linesOf(picture, lines), picture.title),
    );
  }
}
