import { FormatError } from '../bytes/format-error.ts';
import type { Layer } from './layer.ts';
import type { PeImage } from './pe-image.ts';
import { rawRange } from './pe-layout.ts';
import { sectionText } from './section-text.ts';

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
  return sectionText(bytes, layer)
    .replace(/^\ufeff/, '')
    .split(/[\r\n]+/)
    .filter((line) => line !== '')
    .map((line, index) => readRow(line, index, layer));
}

/**
 * The SBAT metadata of a PE file, from its `.sbat` section; null when it has none.
 *
 * @throws FormatError as `readSbat`, with offsets of the file, and `sbat-duplicate-section`, `sbat-section-size` where
 *   shim refuses or ignores the section (verify.c, pe.c).
 */
export function readPeSbat(pe: PeImage): readonly SbatEntry[] | null {
  const [section, second] = pe.sections.filter(({ name }) => name === '.sbat');
  if (section === undefined) return null;
  const at = { layer: pe.layer, offsetBytes: section.headerRange[0], lengthBytes: 40 };
  if (second !== undefined) {
    throw new FormatError({ ...at, code: 'sbat-duplicate-section', text: 'there are two `.sbat` sections' });
  }
  const [start, end] = rawRange(pe, section);
  if (section.virtualSize > end - start) {
    const text = `\`.sbat\` has ${section.virtualSize} bytes in memory, but ${end - start} in the file`;
    throw new FormatError({ ...at, code: 'sbat-section-size', text });
  }
  return readSbat(pe.bytes.subarray(start, start + section.virtualSize), pe.layer);
}

const FIELDS = 6;

function readRow(line: string, index: number, layer: string): SbatEntry {
  const fields = line.split(',');
  const [component = '', generation = '', vendor = '', packageName = '', version = '', url = ''] = fields;
  const at = { layer, offsetBytes: 0, lengthBytes: 0 };
  if (fields.length < FIELDS || fields.slice(0, FIELDS).includes('')) {
    const text = `row ${index + 1} of the SBAT metadata does not have ${FIELDS} filled fields`;
    throw new FormatError({ ...at, code: 'sbat-row', text });
  }
  if (!/^[1-9][0-9]{0,4}$/.test(generation) || Number(generation) > 0xffff) {
    const text = `row ${index + 1} of the SBAT metadata has a generation that is not 1 to 65535`;
    throw new FormatError({ ...at, code: 'sbat-generation', text });
  }
  return { component, generation: Number(generation), vendor, packageName, version, url };
}
