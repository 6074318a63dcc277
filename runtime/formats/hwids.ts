import { attempt } from '../bytes/format-error.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import { faultAt } from './fault-at.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { wholeRegion } from './regions.ts';

/** One entry of the table by which a stub recognises the hardware it runs on. */
interface HardwareId {
  readonly kind: 'devicetree' | 'firmware';
  /** The computer hardware id: a GUID. */
  readonly chid: string;
  readonly name: string | null;
  /** `compatible` of the device tree, or the id of the firmware, that belongs to this hardware. */
  readonly selects: string | null;
}

/** Most entries that are read; ukify's own database has some hundreds. */
const ENTRY_LIMIT = 65_536;

/**
 * Reads a `.hwids` section (systemd src/fundamental/chid.h, src/boot/chid.c `chid_match`): entries of 28 bytes, one of zeros,
 * then the strings.
 *
 * ```
 * 0 type << 28 | 28    4 GUID    20 offset of the name    24 offset of what it selects
 * ```
 *
 * Stricter than the stub: a table without the entry of zeros, and an entry of another size, are refused.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `hwids-entry`, `hwids-string`, `truncated`, `limit-hwids`.
 */
function readHardwareIds(bytes: Uint8Array, layer: string): readonly HardwareId[] {
  const reader = readerOf(bytes, layer);
  const ids: HardwareId[] = [];
  for (let at = 0; ; at += ENTRY_BYTES) {
    const descriptor = reader.u32(at);
    if (descriptor === 0) return ids;
    if (ids.length >= ENTRY_LIMIT) throw faultAt(layer, ['limit-hwids', `more than ${ENTRY_LIMIT} hardware ids`], at);
    const kind = KINDS.get(descriptor);
    if (kind === undefined) {
      const text = `0x${descriptor.toString(16)} describes no entry of hardware ids`;
      throw faultAt(layer, ['hwids-entry', text], at);
    }
    const chid = guidText(reader.slice(at + 4, 16));
    ids.push({ kind, chid, name: stringAt(reader, at + 20), selects: stringAt(reader, at + 24) });
  }
}

/** Entries that a report shows. */
const SHOWN = 32;

/** A `.hwids` section as a layer: its entries, or a finding that says what is wrong. */
export function readHwidsSection(bytes: Uint8Array, host: ReaderHost): Reading {
  const read = attempt(() => readHardwareIds(bytes, host.layer));
  const regions = wholeRegion(bytes, 'contents');
  if (!read.ok) return { ...EMPTY_READING, regions, findings: [read.finding] };
  const shown = read.value.slice(0, SHOWN).map(({ kind, chid, name, selects }, index): [string, string] => {
    return [`id ${index + 1}`, `${chid} ${kind} ${name ?? '(unnamed)'}: ${selects ?? 'nothing'}`];
  });
  return { ...EMPTY_READING, regions, header: { 'hardware ids': read.value.length, ...Object.fromEntries(shown) } };
}

const ENTRY_BYTES = 28;

const KINDS: ReadonlyMap<number, HardwareId['kind']> = new Map([
  [0x1000001c, 'devicetree'],
  [0x2000001c, 'firmware'],
]);

/** Longest string; more is no name. */
const STRING_LIMIT = 1024;

/** The string whose offset stands in a field; null where the field is 0. */
function stringAt(reader: Reader, field: number): string | null {
  const start = reader.u32(field);
  if (start === 0) return null;
  const { bytes, layer } = reader;
  const end = bytes.subarray(0, Math.min(bytes.length, start + STRING_LIMIT)).indexOf(0, start);
  if (start >= bytes.length || end < 0) {
    throw faultAt(layer, ['hwids-string', `the string at ${start} does not end in the section`], field);
  }
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** A GUID as people write it (UEFI 2.11, appendix A). */
function guidText(guid: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = order.map((index) => (guid[index] ?? 0).toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
