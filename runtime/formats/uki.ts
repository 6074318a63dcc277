import { type Finding, FormatError } from '../bytes/format-error.ts';
import { kindOfSection, REPEATABLE_SECTIONS } from '../contract/layer-kinds.ts';
import { readPe } from './pe.ts';
import type { PeImage, PeSection } from './pe-image.ts';
import { peRegions } from './pe-layout.ts';
import { EMPTY_READING, type PartPlan, plainPart, type Reading, type ReaderHost } from './reading.ts';
import { contentRange, PROFILE_LIMIT, type UkiSection, ukiSections } from './uki-sections.ts';

/**
 * Reads a Unified Kernel Image or an addon: a PE file whose sections are layers (UAPI.5; systemd src/fundamental/uki.h,
 * src/boot/pe.c `pe_locate_profile_sections`).
 *
 * A layer's bytes are those in the file, min(VirtualSize, SizeOfRawData) of them; the zeros that loading adds up to
 * VirtualSize are not made, and noted as `uki-section-larger-in-memory`. Every `.profile` starts a profile, 0 first;
 * sections before the first are base sections. The sections of the stub itself belong to the PE layer; any other
 * unknown section is a layer of kind `section`.
 *
 * @throws FormatError `pe-…`, `truncated`, and `uki-sections-overlap` where two layers would share bytes of the file.
 */
export function readUki(bytes: Uint8Array, host: ReaderHost): Reading {
  const pe = readPe(bytes, host.layer);
  const placed = ukiSections(pe);
  refuseOverlaps(pe, placed);
  return {
    ...EMPTY_READING,
    arch: pe.arch,
    findings: [...pe.findings, ...checkDuplicates(pe, placed), ...checkProfiles(pe, placed), ...checkSizes(pe, placed)],
    regions: peRegions(pe),
    parts: planParts(pe, placed),
    pe,
  };
}

const FINDING_LIMIT = 64;

/** No tool writes layers that share bytes; besides, thousands that did would cost thousands of times the file. */
function refuseOverlaps(pe: PeImage, placed: readonly UkiSection[]): void {
  const ranges = placed.map(({ section }) => ({ section, range: contentRange(pe, section) }));
  let end = 0;
  for (const { section, range } of ranges.sort((a, b) => a.range[0] - b.range[0])) {
    if (range[1] <= range[0]) continue;
    if (range[0] < end) {
      const text = `section \`${section.name}\` shares bytes of the file with another layer`;
      throw new FormatError(at([pe, section], 'uki-sections-overlap', text));
    }
    end = range[1];
  }
}

function planParts(pe: PeImage, placed: readonly UkiSection[]): readonly PartPlan[] {
  return placed.map(({ section, profile, earlier }) => {
    const name = `${section.name === '' ? '(unnamed)' : section.name}${earlier === 0 ? '' : `#${earlier + 1}`}`;
    return plainPart({
      slot: section.name,
      kind: kindOfSection(section.name) ?? 'section',
      segment: profile === null ? name : `@${profile}/${name}`,
      profile,
      range: contentRange(pe, section),
      locatedBy: [section.headerRange],
      fault: outOfFile(pe, section),
    });
  });
}

function outOfFile(pe: PeImage, section: PeSection): Finding | null {
  const end = section.pointerToRawData + Math.min(section.virtualSize, section.sizeOfRawData);
  if (section.sizeOfRawData === 0 || end <= pe.bytes.length) return null;
  const text = `section \`${section.name}\` ends at ${end}, but the file has ${pe.bytes.length} bytes`;
  return at([pe, section], 'section-out-of-file', text);
}

function checkDuplicates(pe: PeImage, placed: readonly UkiSection[]): readonly Finding[] {
  return placed
    .filter(({ section, earlier }) => earlier > 0 && !REPEATABLE_SECTIONS.includes(section.name))
    .slice(0, FINDING_LIMIT)
    .map(({ section, profile }) => {
      const where = profile === null ? 'the base sections' : `profile @${profile}`;
      const text = `there is another \`${section.name}\` in ${where}; readers disagree on which one counts`;
      return at([pe, section], 'uki-duplicate-section', text);
    });
}

function checkProfiles(pe: PeImage, placed: readonly UkiSection[]): readonly Finding[] {
  const excess = placed.find(({ profile }) => profile !== null && profile >= PROFILE_LIMIT);
  if (excess === undefined) return [];
  return [at([pe, excess.section], 'uki-too-many-profiles', `there are more than ${PROFILE_LIMIT} profiles`)];
}

function checkSizes(pe: PeImage, placed: readonly UkiSection[]): readonly Finding[] {
  return placed
    .map(({ section }) => checkSize(pe, section))
    .filter((finding) => finding !== null)
    .slice(0, FINDING_LIMIT);
}

function checkSize(pe: PeImage, section: PeSection): Finding | null {
  const { name, virtualSize, sizeOfRawData } = section;
  if (virtualSize > sizeOfRawData) {
    const text = `section \`${name}\` has ${virtualSize} bytes in memory, but only ${sizeOfRawData} in the file`;
    return at([pe, section], 'uki-section-larger-in-memory', text);
  }
  if (virtualSize === 0 && sizeOfRawData > 0) {
    const text = `section \`${name}\` has ${sizeOfRawData} bytes in the file, but none in memory; readers disagree on it`;
    return at([pe, section], 'uki-section-without-virtual-size', text);
  }
  if (!/^\/\d+$/.test(name)) return null;
  return at(
    [pe, section],
    'uki-section-name',
    `section name \`${name}\` points to a string table, which a stub does not read`,
  );
}

function at([pe, section]: readonly [pe: PeImage, section: PeSection], code: string, text: string): Finding {
  const [offsetBytes, end] = section.headerRange;
  return { code, text, layer: pe.layer, offsetBytes, lengthBytes: end - offsetBytes };
}
