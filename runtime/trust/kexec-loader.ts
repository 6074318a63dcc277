import { type Reader, readerOf } from '../bytes/reader.ts';
import type { Reason } from '../contract/judgement.ts';
import type { Arch } from '../contract/vocabulary.ts';
import { passes, refuses, type StageAnswer } from './boot-stage.ts';

/**
 * Whether a kernel of Linux 7.2 has a loader for the file in kexec_file_load: the probe, which comes before any signature.
 *
 * x86-64 loads bzImages, arm64 Images. RISC-V and LoongArch load ELF files too, which bootpol does not judge.
 */
export function kexecProbes(bytes: Uint8Array, arch: Arch): StageAnswer {
  const loader = LOADERS[arch];
  if (loader === undefined) {
    const text = `${arch} kernels have no kexec_file_load`;
    return refuses({ ...reason(text, [0, 0]), code: 'kexec-no-loader' }, null);
  }
  const { format, source, elf } = loader;
  if (elf === 'loads' && startsElf(bytes)) {
    return passes('undecided', `whether the ELF loader of ${arch} takes it is not established`);
  }
  const reader = readerOf(bytes, 'file');
  const broken = bytes.length < loader.leastBytes ? null : loader.probe.find(({ holds }) => !holds(reader));
  if (broken === undefined) return passes('accept', `it is ${format}`);
  const why = broken === null ? `${bytes.length} bytes are too few` : broken.text;
  const at = broken === null ? ([bytes.length, 0] as const) : broken.at;
  const hint = startsZboot(bytes) ? '; an EFI zboot file, which no kernel unpacks' : '';
  return refuses({ ...reason(`not ${format}: ${why}${hint}`, at), code: 'kexec-no-loader' }, source);
}

/** `MZ`, and `zimg` after it (drivers/firmware/efi/libstub/zboot-header.S). */
function startsZboot(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && readerOf(bytes, 'file').u32(4) === 0x676d_697a;
}

/** What the loader asks once the signature is settled. The file must have passed the probe. */
export function kexecLoads(bytes: Uint8Array, arch: Arch): StageAnswer {
  const load = LOADERS[arch]?.load;
  if (load === undefined || startsElf(bytes)) return passes('undecided', 'what this loader asks is not established');
  return load(readerOf(bytes, 'file'));
}

interface Loader {
  /** With its article. */
  readonly format: string;
  readonly source: string;
  readonly leastBytes: number;
  readonly probe: readonly Check[];
  readonly load: (reader: Reader) => StageAnswer;
  readonly elf: 'loads' | 'refuses';
}

interface Check {
  /** Offset and length of the field. */
  readonly at: readonly [offsetBytes: number, lengthBytes: number];
  readonly holds: (reader: Reader) => boolean;
  /** What is wrong when it does not hold. */
  readonly text: string;
}

const HDRS = 0x5372_6448;
const LOADED_HIGH = 1;
const XLF_KERNEL_64 = 1;
const XLF_CAN_BE_LOADED_ABOVE_4G = 2;

const BZIMAGE: Loader = {
  format: 'a bzImage',
  source: 'arch/x86/kernel/kexec-bzimage64.c bzImage64_probe',
  leastBytes: 1024,
  probe: [
    { at: [0x202, 4], holds: (reader) => reader.u32(0x202) === HDRS, text: 'no `HdrS`' },
    { at: [0x1fe, 2], holds: (reader) => reader.u16(0x1fe) === 0xaa55, text: 'no boot flag' },
    { at: [0x206, 2], holds: (reader) => reader.u16(0x206) >= 0x020c, text: 'a boot protocol before 2.12' },
    { at: [0x211, 1], holds: (reader) => (reader.u8(0x211) & LOADED_HIGH) !== 0, text: 'a zImage, loaded low' },
    { at: [0x236, 2], holds: (reader) => hasFlag(reader, XLF_KERNEL_64), text: 'no 64-bit entry' },
    {
      at: [0x236, 2],
      holds: (reader) => hasFlag(reader, XLF_CAN_BE_LOADED_ABOVE_4G),
      text: 'it cannot be loaded above 4 GiB',
    },
  ],
  load: loadBzImage,
  elf: 'refuses',
};

function hasFlag(reader: Reader, flag: number): boolean {
  return (reader.u16(0x236) & flag) !== 0;
}

const BZIMAGE_LOAD = 'arch/x86/kernel/kexec-bzimage64.c bzImage64_load';
const SEGMENTS = 'kernel/kexec_core.c sanity_check_segment_list';
const PAGE_BYTES = 4096;

function loadBzImage(reader: Reader): StageAnswer {
  const sizeBytes = reader.bytes.length;
  const setupBytes = ((reader.u8(0x1f1) || 4) + 1) * 512;
  if (sizeBytes < setupBytes) {
    return refuses(reason(`the setup code ends at ${setupBytes}, after the file`, [0x1f1, 1]), BZIMAGE_LOAD);
  }
  const memoryBytes = Math.ceil(reader.u32(0x260) / PAGE_BYTES) * PAGE_BYTES;
  const kernelBytes = sizeBytes - setupBytes;
  if (kernelBytes > memoryBytes) {
    const text = `${kernelBytes} bytes after the setup code, more than the ${memoryBytes} of init_size`;
    return refuses(reason(text, [0x260, 4]), SEGMENTS);
  }
  return passes('accept', 'it fits in the memory that it asks for');
}

const ARM64_LOAD = 'arch/arm64/kernel/kexec_image.c image_load';

const ARM64_IMAGE: Loader = {
  format: 'an arm64 Image',
  source: 'arch/arm64/kernel/kexec_image.c image_probe',
  leastBytes: 64,
  probe: [{ at: [56, 4], holds: (reader) => reader.u32(56) === 0x644d_5241, text: 'no `ARM\\x64` magic' }],
  load: loadArm64Image,
  elf: 'refuses',
};

const BIG_ENDIAN = 1;
/** Page sizes that a kernel may run with; a segment is rounded up to one. */
const LARGEST_PAGE_BYTES = 65_536;
const PAGE_SIZES: readonly string[] = ['any', '4 KiB', '16 KiB', '64 KiB'];

/** The file goes to memory whole, its certificate table too. */
function loadArm64Image(reader: Reader): StageAnswer {
  const zero = isZero(reader, 16);
  if (zero) return refuses(reason('image_size is 0', [16, 8]), ARM64_LOAD);
  const beyond = exceeds(reader, { at: 16, name: 'image_size' });
  if (beyond !== null) return beyond;
  const flags = reader.u32(24);
  if ((flags & BIG_ENDIAN) !== 0) {
    return passes('undecided', 'a big-endian kernel: whether the processor runs both orders is not described');
  }
  const pages = PAGE_SIZES[(flags >> 1) & 3] ?? 'any';
  if (pages === '16 KiB' || pages === '64 KiB') {
    return passes('undecided', `a kernel of ${pages} pages: whether the processor has them is not described`);
  }
  return passes('accept', 'it fits in the memory that it asks for');
}

const RISCV_IMAGE: Loader = {
  format: 'a RISC-V Image',
  source: 'arch/riscv/kernel/kexec_image.c',
  leastBytes: 64,
  probe: [
    {
      at: [56, 4],
      // Only headers of version 0.2 and later are asked for the magic; earlier ones are taken as they are.
      holds: (reader) => reader.u32(32) < 2 || reader.u32(56) === 0x0543_5352,
      text: 'no `RSC\\x05` magic',
    },
  ],
  load: (reader) => {
    if (isZero(reader, 16)) return refuses(reason('image_size is 0', [16, 8]), 'arch/riscv/kernel/kexec_image.c');
    return (
      exceeds(reader, { at: 16, name: 'image_size' }) ?? passes('accept', 'it fits in the memory that it asks for')
    );
  },
  elf: 'loads',
};

const LOONGARCH_EFI: Loader = {
  format: 'a LoongArch vmlinux.efi',
  source: 'arch/loongarch/kernel/kexec_efi.c',
  leastBytes: 64,
  probe: [
    { at: [0, 2], holds: (reader) => reader.u16(0) === 0x5a4d, text: 'no `MZ`' },
    { at: [16, 8], holds: (reader) => !isZero(reader, 16), text: 'kernel_asize is 0' },
  ],
  load: (reader) =>
    exceeds(reader, { at: 16, name: 'kernel_asize' }) ?? passes('accept', 'it fits in the memory that it asks for'),
  elf: 'loads',
};

const LOADERS: Readonly<Partial<Record<Arch, Loader>>> = {
  'x86-64': BZIMAGE,
  arm64: ARM64_IMAGE,
  riscv64: RISCV_IMAGE,
  loongarch64: LOONGARCH_EFI,
};

function isZero(reader: Reader, at: number): boolean {
  return reader.u32(at) === 0 && reader.u32(at + 4) === 0;
}

/** A u64 field that says how much memory the file needs. */
interface SizeField {
  readonly at: number;
  readonly name: string;
}

/** Null where the file fits whatever the page size of the running kernel is. */
function exceeds(reader: Reader, { at, name }: SizeField): StageAnswer | null {
  const sizeBytes = reader.bytes.length;
  // The high half makes it larger than any file.
  const memoryBytes = reader.u32(at + 4) * 2 ** 32 + reader.u32(at);
  const roundedTo = (page: number): number => Math.ceil(memoryBytes / page) * page;
  if (sizeBytes <= roundedTo(PAGE_BYTES)) return null;
  const text = `the file has ${sizeBytes} bytes, more than the ${memoryBytes} of ${name}`;
  if (sizeBytes <= roundedTo(LARGEST_PAGE_BYTES)) {
    return passes('undecided', `${text}: whether a page has room for them is not described`);
  }
  return refuses(reason(text, [at, 8]), SEGMENTS);
}

function startsElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function reason(text: string, [offsetBytes, lengthBytes]: readonly [number, number]): Reason {
  return { code: 'kexec-load', text, layer: 'file', offsetBytes, lengthBytes };
}
