import { once } from '../bytes/once.ts';
import { i32le } from './words.ts';

/** Eight tables of 256: table k advances a byte over k further zero bytes. */
const tablesOf = once(slicingTables);

/**
 * CRC-32 of ISO-HDLC (gzip, xz, lzop): reflected polynomial 0xEDB88320, initial value and final xor all ones.
 *
 * @param previous the CRC of the bytes before these, to continue it.
 * @returns an unsigned 32-bit number.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const tables = tablesOf();
  let crc = ~previous;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ i32le(bytes, at);
    const high = i32le(bytes, at + 4);
    crc =
      cell(tables, 1792 + (low & 255)) ^
      cell(tables, 1536 + ((low >>> 8) & 255)) ^
      cell(tables, 1280 + ((low >>> 16) & 255)) ^
      cell(tables, 1024 + (low >>> 24)) ^
      cell(tables, 768 + (high & 255)) ^
      cell(tables, 512 + ((high >>> 8) & 255)) ^
      cell(tables, 256 + ((high >>> 16) & 255)) ^
      cell(tables, high >>> 24);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ cell(tables, (crc ^ (bytes[at] ?? 0)) & 255);
  return ~crc >>> 0;
}

function cell(tables: Int32Array, index: number): number {
  return tables[index] ?? 0;
}

function slicingTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index += 1) {
    const previous = cell(tables, index - 256);
    tables[index] = (previous >>> 8) ^ cell(tables, previous & 255);
  }
  return tables;
}
