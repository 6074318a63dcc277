import { layOut, styled, plain } from './columns.ts';
import type { Line } from './paint.ts';

/** A label and a SHA-256 just fit one line: 16 + 64 columns. */
export function fieldLines(label: string, value: string): readonly Line[] {
  return layOut({ indent: 2, hanging: 16, left: [plain(`${label.padEnd(13)} `), styled('faint', value)], right: '' });
}
