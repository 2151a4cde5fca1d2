import { expect, it } from 'vitest';
import { columnsOf } from '../../../src/cli/terminal/columns.ts';

it.each([
  [{ isTTY: true, columns: 80 }, {}, 80],
  [{ isTTY: true, columns: 80 }, { COLUMNS: '120' }, 80],
  [{ isTTY: true, columns: 10 }, {}, 40],
  [{ isTTY: true, columns: 0 }, {}, 100],
  [{ isTTY: true }, {}, 100],
  [{}, { COLUMNS: '120' }, 120],
  [{}, { COLUMNS: '12' }, 40],
  [{ columns: 80 }, {}, Infinity],
  [{}, { COLUMNS: '' }, Infinity],
  [{}, { COLUMNS: 'wide' }, Infinity],
  [{}, { COLUMNS: '1.5' }, Infinity],
  [{}, { COLUMNS: '-1' }, Infinity],
])('a stream %j with the environment %j has %d columns', (stream, environment, columns) => {
  expect(columnsOf(stream, environment)).toBe(columns);
});
