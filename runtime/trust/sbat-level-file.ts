import { attempt, FormatError } from '../bytes/format-error.ts';
import type { SbatLevel } from './sbat-level.ts';

/** A level, or the one fault that makes its file unusable. */
export type SbatLevelFile =
  | { readonly ok: true; readonly level: SbatLevel }
  | { readonly ok: false; readonly text: string; readonly offsetBytes: number };

/**
 * Reads an SBAT level: a text such as `SbatLevel_Variable.txt` of shim, or the variable with the 4 bytes of attributes
 * that efivarfs puts before it (shim sbat.c `parse_sbat_var_data`).
 *
 * Rows are `component,generation`, also with a datestamp; the first is `sbat,1,YYYYMMDDNN`. All or nothing, and stricter
 * than shim, whose `atoi` makes 0 of a generation that is no number: a row that is lost is a revocation that is lost.
 */
export function readSbatLevel(bytes: Uint8Array): SbatLevelFile {
  const read = attempt(() => readRows(bytes));
  if (read.ok) return { ok: true, level: read.value };
  return { ok: false, text: read.finding.text, offsetBytes: read.finding.offsetBytes };
}

/** Longer than any level that was ever published, by far. */
const LEVEL_LIMIT_BYTES = 65_536;
const ATTRIBUTES_BYTES = 4;
const FIRST_ROW = /^sbat,[1-9][0-9]{0,4},[0-9]{10}$/;
const ROW = /^[\x21-\x2b\x2d-\x7e]+,[1-9][0-9]{0,4}(,[0-9]{1,10})?$/;
const GENERATION_LIMIT = 0xffff;

function readRows(bytes: Uint8Array): SbatLevel {
  if (bytes.length > LEVEL_LIMIT_BYTES) throw fault(`an SBAT level of ${bytes.length} bytes`, LEVEL_LIMIT_BYTES);
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const start = text.startsWith('sbat,', ATTRIBUTES_BYTES) && !text.startsWith('sbat,') ? ATTRIBUTES_BYTES : 0;
  // Firmware may keep the NUL that ends the text.
  const rows = [
    ...text
      .slice(start)
      .replace(/\0$/, '')
      .matchAll(/[^\r\n]+/g),
  ];
  const level = new Map<string, number>();
  for (const [number, { 0: row, index }] of rows.entries()) {
    const at = start + index;
    const what = `row ${number + 1} of the SBAT level`;
    if (number === 0 && !FIRST_ROW.test(row)) throw fault(`${what} is not \`sbat,1,YYYYMMDDNN\``, at);
    if (!ROW.test(row)) throw fault(`${what} is not \`component,generation\``, at);
    const [component = '', generation = ''] = row.split(',');
    if (Number(generation) > GENERATION_LIMIT) {
      throw fault(`${what} has a generation above ${GENERATION_LIMIT}`, at + component.length + 1);
    }
    if (level.has(component)) throw fault(`${what} names \`${component}\` again`, at);
    level.set(component, Number(generation));
  }
  if (level.size === 0) throw fault('the SBAT level has no rows', 0);
  return level;
}

function fault(text: string, offsetBytes: number): FormatError {
  return new FormatError({ code: 'sbat-level', text, layer: '', offsetBytes, lengthBytes: 0 });
}
