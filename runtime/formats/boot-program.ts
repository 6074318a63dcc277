import { attempt } from '../bytes/format-error.ts';
import { kernelRelease } from './kernel-release.ts';
import type { Layer } from './layer.ts';
import type { PeImage } from './pe-image.ts';
import { readPeSbat, type SbatEntry } from './sbat.ts';
import { storedRange } from './pe-layout.ts';
import { sectionNamed } from './section-names.ts';
import { MODULE_SECTION } from './grub-modules.ts';
import { VENDOR_SECTION } from './shim.ts';
import { utf16Texts } from './utf16-texts.ts';
import { isZimage } from './zimage.ts';

/** Which program a layer is, by what it says of itself: good for people, no reason to trust it. */
export interface BootProgram {
  /** Such as `shim`, `GRUB`, `systemd-boot`, `Linux`. */
  readonly name: string;
  readonly version: string | null;
  /** Where it says so, such as `section .sdmagic`. */
  readonly evidence: string;
}

/**
 * Tells which program a layer is, by its contents and never by a file name; null when it does not say.
 *
 * From the plainest mark to the faintest: systemd's `.sdmagic`, shim's `.vendor_cert`, a zImage's header, SBAT rows,
 * GRUB's module area, and at last texts that only one program has. A UKI or an addon is what its stub is. Linear in the
 * layer, and only when asked.
 */
export function bootProgramOf(layer: Layer): BootProgram | null {
  const { kind, pe } = layer;
  if (layer.fault !== null) return null;
  if (kind === 'bzimage') return programOfVersion(layer) ?? (pe === null ? null : programOfSbat(pe));
  if (kind === 'image') return linux(kernelRelease(layer), 'kernel banner');
  return pe === null || kind === 'zboot' ? null : programOf(pe);
}

function programOf(pe: PeImage): BootProgram | null {
  return programOfMagic(pe) ?? programOfShim(pe) ?? programOfZimage(pe) ?? programOfSbat(pe) ?? programOfTexts(pe);
}

/** boot.rst, `kernel_version`; memtest86+ boot/header.S says `Memtest86+ vN` there. */
function programOfVersion(layer: Layer): BootProgram | null {
  const text = String(layer.header?.['kernel_version'] ?? '');
  const evidence = 'version text of the setup header';
  const release = kernelRelease(layer);
  if (release !== null) return linux(release, evidence);
  const match = /^(\S+) v?(\d\S*)/.exec(text);
  return match === null ? null : { name: match[1] ?? '', version: match[2] ?? null, evidence };
}

function linux(version: string | null, evidence: string): BootProgram | null {
  return version === null ? null : { name: 'Linux', version, evidence };
}

/** systemd src/fundamental/macro-fundamental.h, `DECLARE_NOALLOC_SECTION(".sdmagic", "#### LoaderInfo: … ####")`. */
function programOfMagic(pe: PeImage): BootProgram | null {
  const match = /^#### LoaderInfo: ([\x21-\x7e]+) ([\x21-\x7e]+) ####/.exec(textOf(pe, '.sdmagic'));
  return match === null ? null : { name: match[1] ?? '', version: match[2] ?? null, evidence: 'section .sdmagic' };
}

/** shim version.c.in: `.data.ident` holds `UEFI SHIM`, `$Version: 16.1 $` and so on, a line each. */
function programOfShim(pe: PeImage): BootProgram | null {
  if (sectionNamed(pe, VENDOR_SECTION) === null) return null;
  const stated = /\$Version: ([\x21-\x7e]+) \$/.exec(textOf(pe, '.data.ident'))?.[1];
  const version = stated ?? vendorVersion(sbatOf(pe), 'shim');
  return { name: 'shim', version, evidence: `section ${VENDOR_SECTION}` };
}

function programOfZimage(pe: PeImage): BootProgram | null {
  return isZimage(pe.bytes) ? { name: 'Linux', version: null, evidence: 'zImage header' } : null;
}

/** Names by which people know the components of SBAT; any other component is called by its package. */
const NAME_OF_COMPONENT: ReadonlyMap<string, string> = new Map([
  ['grub', 'GRUB'],
  ['fwupd-efi', 'fwupd'],
  ['fwupd', 'fwupd'],
  ['memtest86+', 'Memtest86+'],
]);

/** SBAT.md: the first row is about SBAT itself, the second about the program, those after it about its vendors. */
function programOfSbat(pe: PeImage): BootProgram | null {
  const rows = sbatOf(pe).filter(({ component }) => component !== 'sbat');
  const [row] = rows;
  if (row === undefined) return null;
  const { component, packageName } = row;
  // MokManager and fallback are built with shim and carry its rows.
  if (component === 'shim') {
    const helper = programOfTexts(pe);
    return helper === null ? null : { ...helper, version: vendorVersion(rows, component) };
  }
  const name = NAME_OF_COMPONENT.get(component) ?? packageName;
  return { name, version: vendorVersion(rows, component), evidence: `SBAT row ${component}` };
}

function sbatOf(pe: PeImage): readonly SbatEntry[] {
  const rows = attempt(() => readPeSbat(pe));
  return rows.ok ? (rows.value ?? []) : [];
}

/** The version in the last row of a vendor (`grub.debian`): it is the one that the package has. */
function vendorVersion(rows: readonly SbatEntry[], component: string): string | null {
  const own = rows.filter((row) => row.component === component || row.component.startsWith(`${component}.`));
  return own[own.length - 1]?.version ?? null;
}

/** Texts that one program alone has. */
const TEXTS: readonly (readonly [text: RegExp, name: string])[] = [
  [/^Perform MOK management$/, 'MokManager'],
  [/^FALLBACK_VERBOSE$/, 'shim fallback'],
  [/^Unified kernel stub \(EFI Boot Guard\b/, 'EFI Boot Guard kernel stub'],
  [/^EFI Boot Guard\b/, 'EFI Boot Guard'],
  [/^fwupd-efi version\b/, 'fwupd'],
];
const VERSION_TEXT = /^v?(\d+\.\d+[\w.+~-]*)$/;

function programOfTexts(pe: PeImage): BootProgram | null {
  if (sectionNamed(pe, MODULE_SECTION) !== null) {
    return { name: 'GRUB', version: null, evidence: `section ${MODULE_SECTION}` };
  }
  const found = new Set<string>();
  const versions = new Set<string>();
  for (const text of utf16Texts(pe.bytes)) {
    const name = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
    if (name !== undefined) found.add(name);
    const version = VERSION_TEXT.exec(text)?.[1];
    if (version !== undefined && versions.size < 2) versions.add(version);
  }
  const name = TEXTS.find(([, each]) => found.has(each))?.[1];
  const [version, second] = versions;
  if (name === undefined) return null;
  return { name, version: second === undefined ? (version ?? null) : null, evidence: 'its texts' };
}

/** Latin-1 text of a section; empty when there is none. */
function textOf(pe: PeImage, name: string): string {
  const section = sectionNamed(pe, name);
  if (section === null) return '';
  const [start, end] = storedRange(pe, section);
  const bytes = pe.bytes.subarray(start, Math.min(end, start + TEXT_LIMIT));
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

const TEXT_LIMIT = 4096;
