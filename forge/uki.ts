import { alignUp, utf8 } from './bytes.ts';
import { programBytes } from './contents.ts';
import { forgePe, type MachineName, type PeSectionSpec, SECTION_FLAGS } from './pe.ts';

/**
 * Writes a Unified Kernel Image: a stub with one section for each part (UAPI.5; section names and characteristics as
 * systemd's `ukify` writes them).
 *
 * Sections stand in the order of `UKI_SECTIONS`, the kernel last but for the initrd, then profiles, then `extra`.
 */
export function forgeUki(spec: UkiSpec): Uint8Array {
  const profiles = (spec.profiles ?? []).flatMap((profile) => partSections(profile));
  const sections = [...stubSections(spec), ...partSections(spec), ...profiles, ...(spec.extra ?? [])];
  return forgePe({
    machine: spec.arch ?? 'x64',
    format: spec.arch === 'x86' || spec.arch === 'arm' ? 'PE32' : 'PE32+',
    sections,
    sizeOfHeaders: alignUp(0x200 + 40 * sections.length, 0x1000),
    characteristics: 0x22e,
    dllCharacteristics: 0x160,
    imageVersion: [1, 1],
  });
}

/** Writes a UKI addon: a small stub and sections, without a kernel (systemd `addon.efi.stub`). */
export function forgeAddon(spec: UkiSpec): Uint8Array {
  return forgeUki({ stubBytes: 0x20, ...spec });
}

/** The parts of a UKI; text becomes UTF-8, a list becomes one section for each member. */
export interface UkiParts {
  readonly profile?: UkiPart;
  readonly osrel?: UkiPart;
  readonly cmdline?: UkiPart;
  readonly dtb?: UkiPart;
  readonly dtbauto?: UkiPart;
  readonly hwids?: UkiPart;
  readonly efifw?: UkiPart;
  readonly uname?: UkiPart;
  readonly splash?: UkiPart;
  readonly pcrpkey?: UkiPart;
  readonly pcrsig?: UkiPart;
  readonly sbat?: UkiPart;
  readonly sbom?: UkiPart;
  readonly ucode?: UkiPart;
  readonly linux?: UkiPart;
  readonly initrd?: UkiPart;
}

/** Contents of one section, or of several with the same name. */
export type UkiPart = string | Uint8Array | readonly (string | Uint8Array)[];

/** A UKI or addon to be written. */
export interface UkiSpec extends UkiParts {
  /** Default `x64`. */
  readonly arch?: MachineName;
  /** Parts of further profiles, each with a `profile` text; the first follows the base sections. */
  readonly profiles?: readonly UkiParts[];
  /** Sections written after all others, as they stand. */
  readonly extra?: readonly PeSectionSpec[];
  /** Size of the made-up stub code, default 0x800. */
  readonly stubBytes?: number;
  readonly seed?: number;
}

/** Order in which `ukify` adds sections, the kernel and the initrd last. */
const UKI_SECTIONS = [
  'profile',
  'osrel',
  'cmdline',
  'dtb',
  'dtbauto',
  'hwids',
  'efifw',
  'uname',
  'splash',
  'pcrpkey',
  'pcrsig',
  'sbat',
  'sbom',
  'ucode',
  'linux',
  'initrd',
] as const;

function partSections(parts: UkiParts): readonly PeSectionSpec[] {
  return UKI_SECTIONS.flatMap((name) => {
    const part = parts[name];
    if (part === undefined) return [];
    const contents = typeof part === 'string' || part instanceof Uint8Array ? [part] : part;
    return contents.map((content) => ({
      name: `.${name}`,
      data: typeof content === 'string' ? utf8(content) : content,
      characteristics: name === 'linux' ? LINUX_FLAGS : SECTION_FLAGS.readOnlyData,
    }));
  });
}

/** `ukify` marks the kernel as code that is read, not executed in place. */
const LINUX_FLAGS = 0x40000020;

function stubSections(spec: UkiSpec): readonly PeSectionSpec[] {
  const seed = spec.seed ?? 11;
  const codeBytes = spec.stubBytes ?? 0x800;
  const magic = spec.linux === undefined ? 'addon' : 'stub';
  return [
    { name: '.text', data: programBytes(codeBytes, seed), characteristics: SECTION_FLAGS.code },
    { name: '.rodata', data: programBytes(Math.ceil(codeBytes / 2), seed + 1) },
    { name: '.sdmagic', data: utf8(`#### LoaderInfo: systemd-${magic} 257 ####\0`) },
  ];
}
