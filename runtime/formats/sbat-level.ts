import { attempt, type Finding } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { EfiDetail } from './efi-detail.ts';
import { faultAt } from './fault-at.ts';
import type { PeImage } from './pe-image.ts';
import { storedRange } from './pe-layout.ts';
import { sectionNamed } from './section-names.ts';

/**
 * Reads the revocation levels that shim carries to set the SBAT variable by (shim sbat_var.S, SbatLevel_Variable.txt).
 *
 * ```
 * 0 version, 0   4 previous: offset from here   8 latest: offset from 4   …   two texts, each ending in a NUL
 * ```
 * Rows are `component,generation`, the first one `sbat,1,DATE`.
 *
 * @returns null when the program has no `.sbatlevel` section. A malformed one is a finding (`sbat-level`).
 */
export function sbatLevelDetail(pe: PeImage): EfiDetail | null {
  const section = sectionNamed(pe, '.sbatlevel');
  if (section === null) return null;
  const [start, end] = storedRange(pe, section);
  const read = attempt(() => readLevels(pe.bytes.subarray(start, end), pe.layer));
  if (read.ok) return { header: read.value, claims: [], findings: [] };
  const finding: Finding = { ...read.finding, code: 'sbat-level', offsetBytes: start + read.finding.offsetBytes };
  return { header: {}, claims: [], findings: [finding] };
}

const OFFSETS_AT = 4;
/** Longer than any list that was ever published, by far. */
const LEVEL_LIMIT = 4096;

function readLevels(bytes: Uint8Array, layer: string): Readonly<Record<string, string>> {
  const reader = readerOf(bytes, layer);
  const version = reader.u32(0);
  if (version !== 0)
    throw faultAt(layer, ['sbat-level', `\`.sbatlevel\` is of version ${version}, which is unknown`], 0);
  const level = (at: number): string => levelText(bytes, layer, OFFSETS_AT + reader.u32(at));
  return { sbat_level_previous: level(OFFSETS_AT), sbat_level_latest: level(OFFSETS_AT + 4) };
}

function levelText(bytes: Uint8Array, layer: string, at: number): string {
  const field = bytes.subarray(Math.min(at, bytes.length), at + LEVEL_LIMIT);
  const end = field.indexOf(0);
  if (end < 0) throw faultAt(layer, ['sbat-level', `the level at ${at} of \`.sbatlevel\` does not end in a NUL`], at);
  const text = Array.from(field.subarray(0, end), (byte) => String.fromCharCode(byte)).join('');
  const rows = text.split('\n').filter((row) => row !== '');
  const isLevel = rows[0]?.startsWith('sbat,') === true && rows.every((row) => LEVEL_ROW.test(row));
  if (!isLevel) throw faultAt(layer, ['sbat-level', `the level at ${at} of \`.sbatlevel\` is not rows of SBAT`], at);
  return rows.map((row) => row.replaceAll(',', ' ')).join(', ');
}

const LEVEL_ROW = /^[\x21-\x2b\x2d-\x7e]+,[1-9]\d{0,4}(,\d+)?$/;
