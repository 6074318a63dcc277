import { concatBytes, utf8 } from './bytes.ts';
import { forgeBzImage } from './bzimage.ts';
import { compress, type ForgeCodec } from './compress.ts';
import { noiseBytes, programBytes } from './contents.ts';
import type { GivenCast } from './given-cast.ts';
import { damageContents, markAndSign } from './given-marks.ts';
import type { GivenSpec } from './given-spec.ts';
import { type CpioEntry, forgeInitrd, SMALL_ROOT } from './initrd.ts';
import { forgeImage, type ImageArch } from './kernel-image.ts';
import type { MACHINES } from './pe.ts';
import { type MachineName, type PeSectionSpec, type PeSpec, SECTION_FLAGS } from './pe.ts';
import { SMALL_SECTIONS, smallProgram } from './small-program.ts';
import { forgeAddon, forgeUki, type UkiParts } from './uki.ts';
import { forgeZboot, type ZbootCompression } from './zboot.ts';

/**
 * Forges the image that a test gives. What the description leaves out is filled in with sound parts.
 *
 * @throws Error for what cannot be made, in words for the test's author.
 */
export function forgeGiven(given: GivenSpec, cast: GivenCast): Uint8Array {
  const bytes = bytesOf(given, cast);
  const whole = Object.hasOwn(given.properties, 'damaged') ? damageContents(given.kind, bytes) : bytes;
  return markAndSign(whole, given, cast);
}

function bytesOf(given: GivenSpec, cast: GivenCast): Uint8Array {
  switch (given.kind) {
    case 'image':
      return forgeImage({ arch: imageArch(given), size: sizeOf(given), imageSize: sizeOf(given) + ROOM_TO_SIGN });
    case 'zboot':
      return forgeZboot({ image: kernelOf(given, cast), compression: zbootCodec(given), arch: imageArch(given) });
    case 'bzimage':
      return forgeBzImage({ arch: bzImageArch(given), compression: codecOf(given), ...textOf(given, 'sbat') });
    case 'compressed':
      return compress(codecOf(given), kernelOf(given, cast));
    case 'initrd':
      return forgeInitrd({ entries: [...SMALL_ROOT, ...bulk(given)], compression: codecOf(given) });
    case 'uki':
      return forgeUki({ ...DEFAULT_TEXTS, ...partsOf(given, cast), ...platform(given), linux: linuxOf(given, cast) });
    case 'addon':
      return forgeAddon({ ...partsOf(given, cast), ...platform(given) });
    case 'pe':
      return smallProgram({ ...programMachine(given), sections: [...SMALL_SECTIONS, ...extraOf(given)] });
    default:
      return given.text === null ? sectionBytes(given.kind) : utf8(given.text);
  }
}

/** Signatures of a few keys fit between the end of an Image and its image_size. */
const ROOM_TO_SIGN = 0x10000;
const SMALLEST_IMAGE = 0x8000;

function sizeOf({ properties }: GivenSpec): number {
  return Math.max(SMALLEST_IMAGE, Math.ceil(Number(properties['size'] ?? 0) / 0x1000) * 0x1000);
}

/** Contents that make an initrd at least as large as asked, whatever compresses it. */
function bulk({ properties }: GivenSpec): readonly CpioEntry[] {
  const size = Number(properties['size'] ?? 0);
  return size === 0 ? [] : [{ name: 'bulk', data: noiseBytes(size, 31) }];
}

function codecOf({ properties }: GivenSpec): ForgeCodec {
  const word = properties['compression'] ?? 'gzip';
  switch (word) {
    case 'none':
    case 'gzip':
    case 'zstd':
    case 'xz':
    case 'lzma':
    case 'lz4':
    case 'lzo':
      return word;
    default:
      throw new Error(`the forge has no encoder for ${word}`);
  }
}

function zbootCodec(given: GivenSpec): ZbootCompression {
  const codec = codecOf(given);
  if (codec === 'none') throw new Error('a zboot is always compressed');
  return codec;
}

const DEFAULT_TEXTS: UkiParts = {
  osrel: 'ID=test\nNAME="Test"\nVERSION_ID=1\n',
  uname: '6.14.0-test',
  sbat: 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\ntest,1,Test,linux,6.14,https://example.org\n',
};

/** The Image in a zboot or in a bare compressed kernel. */
function kernelOf(given: GivenSpec, cast: GivenCast): Uint8Array {
  const child = given.children.find(({ kind }) => kind === 'image') ?? plain('image');
  return forgeGiven(withArch(child, archWord(given)), cast);
}

/** The program in `.linux`: what is given, or a kernel that fits the architecture. */
function linuxOf(given: GivenSpec, cast: GivenCast): Uint8Array {
  const arch = archWord(given) ?? 'x86-64';
  const program = programIn(given) ?? plain(arch === 'x86-64' || arch === 'ia32' ? 'bzimage' : 'zboot');
  return forgeGiven(withArch(program, archWord(given)), cast);
}

function programIn({ children }: GivenSpec): GivenSpec | null {
  return children.find(({ kind }) => kind === 'linux')?.children[0] ?? null;
}

function withArch(given: GivenSpec, arch: string | null): GivenSpec {
  if (arch === null || given.properties['arch'] !== undefined) return given;
  if (given.kind === 'bzimage' && arch !== 'ia32') return given;
  return { ...given, properties: { ...given.properties, arch } };
}

/** What is said of the architecture, here or in the kernel inside. */
function archWord(given: GivenSpec): string | null {
  const said = given.properties['arch'];
  if (typeof said === 'string') return said;
  if (given.kind === 'bzimage') return 'x86-64';
  const inner = programIn(given) ?? given.children.find(({ kind }) => kind === 'image');
  const found = inner === undefined ? null : archWord(inner);
  return found ?? (given.kind === 'image' || given.kind === 'zboot' || given.kind === 'compressed' ? 'arm64' : null);
}

function machineOf(given: GivenSpec): MachineName | null {
  const word = archWord(given);
  if (word === null) return null;
  const name = word === 'x86-64' ? 'x64' : word === 'ia32' ? 'x86' : word;
  for (const machine of MACHINE_NAMES) if (machine === name) return machine;
  throw new Error(`the forge makes no program for ${word}`);
}

const MACHINE_NAMES = [
  'x64',
  'x86',
  'arm64',
  'riscv64',
  'loongarch64',
] as const satisfies readonly (keyof typeof MACHINES)[];

function bzImageArch(given: GivenSpec): 'x86-64' | 'ia32' {
  const word = archWord(given);
  if (word === 'x86-64' || word === 'ia32') return word;
  throw new Error(`a bzimage is never for ${String(word)}`);
}

function programMachine(given: GivenSpec): Pick<PeSpec, 'machine' | 'format' | 'imageBase'> {
  const machine = machineOf(given) ?? 'x64';
  return machine === 'x86' ? { machine, format: 'PE32', imageBase: 0x400000 } : { machine };
}

function imageArch(given: GivenSpec): ImageArch {
  const machine = machineOf(given) ?? 'arm64';
  if (machine === 'arm64' || machine === 'riscv64' || machine === 'loongarch64') return machine;
  throw new Error(`a kernel for ${String(given.properties['arch'])} is no Image: give a \`bzimage\``);
}

function platform(given: GivenSpec): { readonly arch: MachineName; readonly extra: readonly PeSectionSpec[] } {
  return { arch: machineOf(given) ?? 'x64', extra: extraOf(given) };
}

function extraOf({ children }: GivenSpec): readonly PeSectionSpec[] {
  return children
    .filter(({ kind }) => kind === 'section')
    .map(({ section, text }) => ({
      name: section ?? '.extra',
      data: utf8(text ?? 'a section of a test\n'),
      characteristics: SECTION_FLAGS.readOnlyData,
    }));
}

/** Sections of a UKI, an addon or a profile; several of one kind become several sections. */
function partsOf({ children }: GivenSpec, cast: GivenCast): UkiParts & { readonly profiles?: readonly UkiParts[] } {
  const parts = new Map<string, (Uint8Array | undefined)[]>();
  for (const child of children) {
    if (child.kind === 'linux' || child.kind === 'section' || child.kind === 'profile') continue;
    const known = parts.get(child.kind) ?? [];
    parts.set(child.kind, [...known, child.absent ? undefined : forgeGiven(child, cast)]);
  }
  const sections = Object.fromEntries(
    [...parts].map(([kind, contents]) => [kind, contents.includes(undefined) ? undefined : contents.flatMap(present)]),
  );
  const profiles = children
    .filter(({ kind }) => kind === 'profile')
    .map((profile, index) => profileOf(profile, index, cast));
  return profiles.length === 0 ? sections : { ...sections, profiles };
}

function present(bytes: Uint8Array | undefined): readonly Uint8Array[] {
  return bytes === undefined ? [] : [bytes];
}

function profileOf(given: GivenSpec, index: number, cast: GivenCast): UkiParts {
  return { profile: given.text ?? `ID=profile${index}\n`, ...partsOf(given, cast) };
}

function textOf({ children }: GivenSpec, kind: 'sbat'): { readonly sbat?: string } {
  const text = children.find((child) => child.kind === kind)?.text ?? null;
  return text === null ? {} : { [kind]: text };
}

/** Sound contents of a section of which nothing is said. */
function sectionBytes(kind: string): Uint8Array {
  switch (kind) {
    case 'cmdline':
      return utf8('root=/dev/vda2 ro quiet');
    case 'osrel':
    case 'uname':
    case 'sbat':
      return utf8(String(DEFAULT_TEXTS[kind]));
    case 'sbom':
      return utf8('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}');
    case 'ucode':
      return forgeInitrd({ entries: [{ name: 'kernel/x86/microcode/GenuineIntel.bin', data: programBytes(64, 5) }] });
    default:
      return concatBytes(utf8(`${kind}\n`), programBytes(252, 7));
  }
}

function plain(kind: string): GivenSpec {
  return { kind, section: null, text: null, absent: false, signedBy: [], properties: {}, children: [] };
}
