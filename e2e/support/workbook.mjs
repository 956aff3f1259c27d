// Reads a downloaded workbook with a program that is not ours.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kept.mjs';

const venv = join(root, '.peers', 'venv', 'bin', 'python');
const python = existsSync(venv) ? venv : 'python3';

/** { sheets: [{ name, frozen, rows: [[cell…]…] }] }; a cell is { value, type: number|date|text|formula|blank, format }. */
export function readWorkbook(file) {
  const out = execFileSync(python, [join(root, 'e2e', 'support', 'read_workbook.py'), file], { maxBuffer: 1 << 28 });
  return JSON.parse(out.toString('utf8'));
}

/** The row that holds a cell with this text, as { index, column }. */
export function findCell(sheet, text) {
  for (const [index, row] of sheet.rows.entries()) {
    const column = row.findIndex((cell) => cell.value === text);
    if (column >= 0) return { index, column };
  }
  return undefined;
}
