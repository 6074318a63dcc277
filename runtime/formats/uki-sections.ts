import type { ByteRange } from '../bytes/ranges.ts';
import { REPEATABLE_SECTIONS } from '../contract/layer-kinds.ts';
import type { PeHeaders, PeSection } from './pe-image.ts';
import { rawRange } from './pe-layout.ts';

/** A section of a UKI or addon that is a layer, in the order of the section table. */
export interface UkiSection {
  readonly section: PeSection;
  /** Null for base sections. */
  readonly profile: number | null;
  /** How many of this name came before it in its profile. */
  readonly earlier: number;
}

/** The sections that are layers: all but those that the stub itself brought along. */
export function ukiSections(pe: PeHeaders): readonly UkiSection[] {
  const seen = new Map<string, number>();
  const placed: UkiSection[] = [];
  let profile: number | null = null;
  for (const section of pe.sections) {
    if (STUB_SECTIONS.has(section.name)) continue;
    if (section.name === '.profile') profile = profile === null ? 0 : profile + 1;
    const key = `${profile ?? 'base'}/${section.name}`;
    const earlier = seen.get(key) ?? 0;
    seen.set(key, earlier + 1);
    placed.push({ section, profile, earlier });
  }
  return placed;
}

/** The bytes of a section that are loaded from the file: what lies beyond VirtualSize is padding. */
export function contentRange(pe: PeHeaders, section: PeSection): ByteRange {
  const [start, end] = rawRange(pe, section);
  return [start, Math.min(end, start + section.virtualSize)];
}

/** A UKI as its stub sees it when one profile is chosen. */
export interface EffectiveProfile {
  /** Null for a UKI without `.profile` sections, which boots its base sections. */
  readonly profile: number | null;
  /** The section that counts: the profile's own, else the base's; null when neither has it. */
  section(name: string): PeSection | null;
  /** Sections of a repeatable name, of which the stub picks one by hardware: the base's, then the profile's own. */
  choices(name: string): readonly PeSection[];
}

/** systemd src/fundamental/uki.h, UNIFIED_PROFILES_MAX. */
export const PROFILE_LIMIT = 256;

/**
 * Every profile that can be booted, at most `PROFILE_LIMIT` of them (systemd src/boot/stub.c `find_sections`,
 * src/boot/pe.c `pe_locate_profile_sections`).
 *
 * Of several sections with one name in one place the first counts, as in the stub; an empty section of the profile
 * still hides the base's.
 */
export function effectiveProfiles(pe: PeHeaders): readonly EffectiveProfile[] {
  const byProfile = new Map<number | null, Map<string, PeSection[]>>();
  for (const { section, profile } of ukiSections(pe)) {
    if (profile !== null && profile >= PROFILE_LIMIT) break;
    const named = byProfile.get(profile) ?? new Map<string, PeSection[]>();
    byProfile.set(profile, named);
    const known = named.get(section.name);
    if (known === undefined) named.set(section.name, [section]);
    else if (REPEATABLE_SECTIONS.includes(section.name)) known.push(section);
  }
  const base = byProfile.get(null) ?? new Map<string, PeSection[]>();
  const chosen = [...byProfile.keys()].filter((profile) => profile !== null);
  return (chosen.length === 0 ? [null] : chosen).map((profile) => {
    const own = profile === null ? null : byProfile.get(profile);
    return {
      profile,
      section: (name) => own?.get(name)?.[0] ?? base.get(name)?.[0] ?? null,
      choices: (name) => [...(base.get(name) ?? []), ...(own?.get(name) ?? [])],
    };
  });
}

/**
 * Names of sections that a stub brings along: what systemd's tools/elf2efi.py and src/boot/meson.build keep, and what
 * GNU-EFI's linker scripts (`elf_*_efi.lds`) and objcopy list of section names let through. Anything else was added.
 */
const STUB_SECTIONS: ReadonlySet<string> = new Set([
  '.text',
  '.rodata',
  '.rdata',
  '.data',
  '.sdata',
  '.bss',
  '.reloc',
  '.rel',
  '.rela',
  '.dynamic',
  '.dynsym',
  '.dynstr',
  '.hash',
  '.sdmagic',
  '.rsrc',
  '.pdata',
  '.xdata',
  '.compat',
]);
