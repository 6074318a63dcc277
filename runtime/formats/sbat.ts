import { attempt, FormatError } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { Layer } from './layer.ts';
import type { PeImage, PeSection } from './pe-image.ts';
import { rawRange } from './pe-layout.ts';
import { sectionText } from './section-text.ts';
import { firstNonZero } from './zero-bytes.ts';

/** One row of SBAT metadata. */
export interface SbatEntry {
  readonly component: string;
  /** 1 to 65535. */
  readonly generation: number;
  readonly vendor: string;
  readonly packageName: string;
  readonly version: string;
  readonly url: string;
}

/**
 * The generation that a layer's SBAT metadata state for a component: the least, if several rows name it, for shim
 * refuses an image when any does; null when none does, or when the layer has no metadata.
 *
 * @param layer of kind `sbat`, or one with a PE image.
 * @throws FormatError as `readSbat` and `readPeSbat`.
 */
export function sbatGeneration(layer: Layer, component: string): number | null {
  const entries = layer.pe === null ? readSbat(layer.bytes, layer.path) : (readPeSbat(layer.pe) ?? []);
  const generations = entries.filter((entry) => entry.component === component).map((entry) => entry.generation);
  return generations.reduce<number | null>((least, next) => Math.min(least ?? next, next), null);
}

/**
 * Reads SBAT metadata (shim SBAT.md, "SBAT format"; sbat.c `parse_sbat_section`, csv.c).
 *
 * Stricter than shim: a generation is decimal digits alone, 1 to 65535, where shim's `atoi` makes 0 of `x1` and 1 of
 * `65537`; text that is not UTF-8, or that goes on after a NUL, is refused.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `sbat-row`, `sbat-generation`, `text-after-nul`, `text-not-utf8`.
 */
export function readSbat(bytes: Uint8Array, layer: string): readonly SbatEntry[] {
  return readRows(bytes, { layer, offsetBytes: 0 });
}

/** Where SBAT metadata stand: the layer, and the offset in it of their first byte. */
interface SbatPlace {
  readonly layer: string;
  readonly offsetBytes: number;
}

/** Linear: a row is looked at once, and where it stands in bytes is counted only when it is refused. */
function readRows(bytes: Uint8Array, { layer, offsetBytes }: SbatPlace): readonly SbatEntry[] {
  const text = attempt(() => sectionText(bytes, layer));
  if (!text.ok) throw new FormatError({ ...text.finding, offsetBytes: offsetBytes + text.finding.offsetBytes });
  const rows = text.value.matchAll(/[^\r\n\ufeff][^\r\n]*/g);
  return Array.from(rows, ({ 0: line, index }, number) => {
    const row = readRow(line);
    if ('component' in row) return row;
    const at = offsetBytes + utf8Size(text.value.slice(0, index));
    const what = `row ${number + 1} of the SBAT metadata ${row.text}`;
    throw new FormatError({ code: row.code, text: what, layer, offsetBytes: at, lengthBytes: utf8Size(line) });
  });
}

/**
 * The SBAT metadata of a PE file, from its `.sbat` section; null when it has none.
 *
 * @throws FormatError as `readSbat`, with offsets of the file, and `sbat-duplicate-section`, `sbat-relocations`,
 *   `sbat-section-size` where shim refuses the file or ignores the section (`verify_buffer_sbat`).
 */
export function readPeSbat(pe: PeImage): readonly SbatEntry[] | null {
  const [section, second] = pe.sections.filter(({ name }) => name === '.sbat');
  if (section === undefined) return null;
  const at = { layer: pe.layer, offsetBytes: section.headerRange[0], lengthBytes: 40 };
  if (second !== undefined) {
    throw new FormatError({ ...at, code: 'sbat-duplicate-section', text: 'there are two `.sbat` sections' });
  }
  if (hasRelocations(pe, section)) {
    throw new FormatError({ ...at, code: 'sbat-relocations', text: '`.sbat` has relocations' });
  }
  const [start, end] = rawRange(pe, section);
  if (section.virtualSize > end - start) {
    const text = `\`.sbat\` has ${section.virtualSize} bytes in memory, but ${end - start} in the file`;
    throw new FormatError({ ...at, code: 'sbat-section-size', text });
  }
  // shim reads SizeOfRawData bytes, whoever goes by VirtualSize fewer: both must see the same rows.
  const hidden = firstNonZero(pe.bytes, start + section.virtualSize, end);
  if (hidden < end) {
    const text = `\`.sbat\` ends at ${start + section.virtualSize}, but there are bytes behind it at ${hidden}`;
    throw new FormatError({ ...at, code: 'sbat-section-size', text });
  }
  return readRows(pe.bytes.subarray(start, start + section.virtualSize), { layer: pe.layer, offsetBytes: start });
}

const POINTER_TO_RELOCATIONS = 24;
const NUMBER_OF_RELOCATIONS = 32;

function hasRelocations(pe: PeImage, { headerRange }: PeSection): boolean {
  const reader = readerOf(pe.bytes, pe.layer);
  const [header] = headerRange;
  return reader.u32(header + POINTER_TO_RELOCATIONS) !== 0 || reader.u16(header + NUMBER_OF_RELOCATIONS) !== 0;
}

const FIELDS = 6;
const GENERATION_LIMIT = 0xffff;

/** A row, or what is wrong with it. */
function readRow(line: string): SbatEntry | { readonly code: string; readonly text: string } {
  // shim reads the fields that it wants and leaves the rest of the line alone; so many commas are looked at, no more.
  const fields = line.split(',', FIELDS);
  const [component = '', generation = '', vendor = '', packageName = '', version = '', url = ''] = fields;
  if (fields.length < FIELDS || fields.includes('')) {
    return { code: 'sbat-row', text: `does not have ${FIELDS} filled fields` };
  }
  if (!/^[1-9][0-9]{0,4}$/.test(generation) || Number(generation) > GENERATION_LIMIT) {
    return { code: 'sbat-generation', text: `has a generation that is not 1 to ${GENERATION_LIMIT}` };
  }
  return { component, generation: Number(generation), vendor, packageName, version, url };
}

/** How many bytes a well-formed text takes in UTF-8. */
function utf8Size(text: string): number {
  let size = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return size;
}
