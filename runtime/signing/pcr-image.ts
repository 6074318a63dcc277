import { type Finding, FormatError } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { PeImage, PeSection } from '../formats/pe.ts';
import { contentRange, type EffectiveProfile, effectiveProfiles } from '../formats/uki-sections.ts';

/**
 * Names of the sections that go into PCR 11, in the order in which they do.
 *
 * The order is that of systemd's code (src/fundamental/uki.h `UnifiedSection`, src/boot/stub.c `measure_sections`), not
 * of the text of UAPI.5, which puts `.ucode`, `.dtbauto`, `.efifw` and `.hwids` elsewhere. `.pcrsig` is left out: it
 * signs the result. Stubs before systemd 257 know no `.dtbauto`, `.hwids`, `.ucode` and `.profile`, and measure none.
 */
const MEASURED_SECTIONS = [
  '.linux',
  '.osrel',
  '.cmdline',
  '.initrd',
  '.ucode',
  '.splash',
  '.dtb',
  '.uname',
  '.sbat',
  '.pcrpkey',
  '.profile',
  '.dtbauto',
  '.hwids',
  '.efifw',
] as const;

/** A section as the stub measures it: its name, then its bytes in memory. */
export interface MeasuredSection {
  readonly name: string;
  readonly section: PeSection;
  /** The bytes that come from the file; zeros follow up to `sizeBytes`. */
  readonly range: ByteRange;
  /** VirtualSize: what is measured. */
  readonly sizeBytes: number;
}

/** One way in which a UKI can boot, and so one value of PCR 11. */
export interface MeasuredImage {
  /** Null for a UKI without `.profile` sections. */
  readonly profile: number | null;
  /**
   * Which of several `.dtbauto` and `.efifw` sections the hardware makes the stub choose, from 1; 0 when it chooses none;
   * null when there are none to choose from.
   */
  readonly dtbauto: number | null;
  readonly efifw: number | null;
  readonly sections: readonly MeasuredSection[];
}

/** Most ways to boot one file; every one costs some thirty small digests a bank. */
const VARIANT_LIMIT = 4096;

/**
 * Every way in which a UKI can boot: each profile, with each device tree and firmware that its hardware may select.
 *
 * @throws FormatError `pcr-image-not-loadable` when what is in memory is not what the sections hold in the file,
 *   `limit-pcr-variants` when there are too many ways.
 */
export function measuredImages(pe: PeImage): readonly MeasuredImage[] {
  const obstacle = pe.findings.find(({ code }) => UNLOADABLE.has(code));
  if (obstacle !== undefined) {
    const text = `PCR 11 cannot be predicted: ${obstacle.text}`;
    throw new FormatError({ ...obstacle, code: 'pcr-image-not-loadable', text });
  }
  const profiles = effectiveProfiles(pe).map((profile) => ({
    profile,
    dtbauto: choicesOf(profile, '.dtbauto'),
    efifw: choicesOf(profile, '.efifw'),
  }));
  const count = profiles.reduce((sum, { dtbauto, efifw }) => sum + dtbauto.length * efifw.length, 0);
  if (count > VARIANT_LIMIT) throw new FormatError(tooMany(pe, count));
  return profiles.flatMap(({ profile, dtbauto, efifw }) =>
    dtbauto.flatMap((tree) => efifw.map((firmware) => imageOf(pe, profile, [tree, firmware]))),
  );
}

/** Faults that make memory differ from the file, or that every loader refuses. */
const UNLOADABLE: ReadonlySet<string> = new Set([
  'pe-sections-overlap-in-memory',
  'pe-section-address-in-headers',
  'pe-section-out-of-image',
  'pe-section-out-of-file',
]);

/** What hardware can choose: nothing, or any of the sections; the only choice is null where there are none. */
interface Choice {
  readonly number: number | null;
  readonly section: PeSection | null;
}

function choicesOf(profile: EffectiveProfile, name: string): readonly Choice[] {
  const sections = profile.choices(name);
  if (sections.length === 0) return [{ number: null, section: null }];
  return [{ number: 0, section: null }, ...sections.map((section, index) => ({ number: index + 1, section }))];
}

function imageOf(pe: PeImage, profile: EffectiveProfile, [tree, firmware]: readonly [Choice, Choice]): MeasuredImage {
  const chosen = (name: string): PeSection | null => {
    if (name === '.dtbauto') return tree.section;
    return name === '.efifw' ? firmware.section : profile.section(name);
  };
  const sections = MEASURED_SECTIONS.flatMap((name): readonly MeasuredSection[] => {
    const section = chosen(name);
    // An empty section counts as absent (src/boot/pe.h `PE_SECTION_VECTOR_IS_SET`).
    if (section === null || section.virtualSize === 0) return [];
    return [{ name, section, range: contentRange(pe, section), sizeBytes: section.virtualSize }];
  });
  return { profile: profile.profile, dtbauto: tree.number, efifw: firmware.number, sections };
}

function tooMany(pe: PeImage, count: number): Finding {
  const text = `the file can boot in ${count} ways, more than ${VARIANT_LIMIT}: PCR 11 is not predicted for them`;
  return { code: 'limit-pcr-variants', text, layer: pe.layer, offsetBytes: 0, lengthBytes: 0 };
}
