import { identifyCodec } from '../codecs/codec.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { Codec } from '../contract/vocabulary.ts';
import type { Region } from './layer.ts';
import { looksLikePe, readPe } from './pe.ts';
import type { PeImage } from './pe-image.ts';
import { peRegions } from './pe-layout.ts';
import { EMPTY_READING, type PartPlan, plainPart, type Reading, type ReaderHost } from './reading.ts';
import { drawRegions, overlayRegion } from './regions.ts';
import { faultAt } from './fault-at.ts';

/**
 * Reads an x86 bzImage, with or without PE headers (Linux Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").
 *
 * The payload starts `payload_offset` bytes into the protected-mode code, which follows `setup_sects` + 1 sectors. Its
 * length counts the 4-byte decoded size at its end (arch/x86/boot/compressed/mkpiggy.c), unlike a zboot's. A length of 0
 * means that nothing is compressed inside, as in memtest86+.
 *
 * @throws FormatError `bzimage-…`, `pe-…`, `truncated`.
 */
export function readBzimage(bytes: Uint8Array, host: ReaderHost): Reading {
  const reader = readerOf(bytes, host.layer);
  const header = readSetupHeader(reader);
  const pe = looksLikePe(bytes) ? readPe(bytes, host.layer) : null;
  const payload = locatePayload(reader, header);
  const parts = payload === null ? [] : [payloadPart(reader, payload)];
  return {
    ...EMPTY_READING,
    arch: pe?.arch ?? (header.is64 ? 'x86-64' : 'ia32'),
    compression: payload === null ? ['none'] : parts.map((part) => part.codec),
    findings: pe?.findings ?? [],
    regions: regionsOf(reader, pe, parts),
    parts,
    pe,
    header: {
      version: `${header.version >> 8}.${String(header.version & 0xff).padStart(2, '0')}`,
      setup_sects: header.setupSectors,
      payload_offset: payload?.[0] ?? 0,
      payload_length: payload === null ? 0 : payload[1] - payload[0],
      loadflags: header.loadFlags,
      xloadflags: header.xloadFlags,
      ...(header.initSize === null ? {} : { init_size: header.initSize }),
      ...(header.kernelVersion === null ? {} : { kernel_version: header.kernelVersion }),
    },
  };
}

interface SetupHeader {
  readonly version: number;
  readonly setupSectors: number;
  readonly loadFlags: number;
  readonly xloadFlags: number;
  readonly is64: boolean;
  readonly payloadOffset: number;
  readonly payloadLength: number;
  /** Null before protocol 2.10. */
  readonly initSize: number | null;
  /** Such as `6.12.107 (builder@host) #1 SMP`; null when the header points to none. */
  readonly kernelVersion: string | null;
}

const SETUP_SECTS_AT = 0x1f1;
const VERSION_AT = 0x206;
const PAYLOAD_OFFSET_AT = 0x248;
const SECTOR_SIZE = 512;
const SIZE_TAIL = 4;
const XLF_KERNEL_64 = 1;
/** boot.rst: a setup_sects of 0 means 4. */
const DEFAULT_SETUP_SECTORS = 4;
/** Protocol 2.08 brought payload_offset and payload_length. */
const PAYLOAD_VERSION = 0x0208;
/** Protocol 2.10 brought init_size. */
const INIT_SIZE_VERSION = 0x020a;
const INIT_SIZE_AT = 0x260;
const KERNEL_VERSION_AT = 0x20e;
/** boot.rst: kernel_version counts from 0x200. */
const KERNEL_VERSION_BASE = 0x200;
const KERNEL_VERSION_LIMIT = 256;

function readSetupHeader(reader: Reader): SetupHeader {
  const version = reader.u16(VERSION_AT);
  if (version < PAYLOAD_VERSION) {
    const text = `boot protocol ${version >> 8}.${version & 0xff} does not say where the kernel is; 2.08 is the least`;
    throw faultAt(reader.layer, ['bzimage-version', text], VERSION_AT);
  }
  const xloadFlags = version >= 0x020c ? reader.u16(0x236) : 0;
  const setupSectors = reader.u8(SETUP_SECTS_AT) || DEFAULT_SETUP_SECTORS;
  return {
    version,
    setupSectors,
    loadFlags: reader.u8(0x211),
    xloadFlags,
    is64: (xloadFlags & XLF_KERNEL_64) !== 0,
    payloadOffset: reader.u32(PAYLOAD_OFFSET_AT),
    payloadLength: reader.u32(PAYLOAD_OFFSET_AT + 4),
    initSize: version >= INIT_SIZE_VERSION ? reader.u32(INIT_SIZE_AT) : null,
    kernelVersion: readKernelVersion(reader, setupSectors),
  };
}

/** boot.rst, "kernel_version": 0, or less than 0x200 * setup_sects; the text ends in a NUL. */
function readKernelVersion(reader: Reader, setupSectors: number): string | null {
  const pointer = reader.u16(KERNEL_VERSION_AT);
  const start = KERNEL_VERSION_BASE + pointer;
  if (pointer === 0 || pointer >= SECTOR_SIZE * setupSectors || start >= reader.bytes.length) return null;
  const text = reader.bytes.subarray(start, start + KERNEL_VERSION_LIMIT);
  const end = text.indexOf(0);
  const isText = end > 0 && text.subarray(0, end).every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText
    ? Array.from(text.subarray(0, end), (byte) => String.fromCharCode(byte))
        .join('')
        .trim()
    : null;
}

function locatePayload(reader: Reader, header: SetupHeader): ByteRange | null {
  const code = (header.setupSectors + 1) * SECTOR_SIZE;
  if (code > reader.bytes.length) {
    const text = `${header.setupSectors} setup sectors need ${code} bytes, but the file has ${reader.bytes.length}`;
    throw faultAt(reader.layer, ['bzimage-setup-out-of-file', text], SETUP_SECTS_AT);
  }
  if (header.payloadLength === 0) return null;
  const start = code + header.payloadOffset;
  const end = start + header.payloadLength;
  if (header.payloadLength > SIZE_TAIL && end <= reader.bytes.length) return [start, end];
  const text = `the payload is said to be ${header.payloadLength} bytes at ${start}, in a file of ${reader.bytes.length}`;
  throw faultAt(reader.layer, ['bzimage-payload-out-of-file', text], PAYLOAD_OFFSET_AT);
}

function payloadPart(reader: Reader, [start, end]: ByteRange): PartPlan {
  const codec = payloadCodec(reader, start, end);
  const tail: ByteRange = [end - SIZE_TAIL, end];
  const fields: readonly ByteRange[] = [
    [SETUP_SECTS_AT, SETUP_SECTS_AT + 1],
    [PAYLOAD_OFFSET_AT, PAYLOAD_OFFSET_AT + 8],
  ];
  const hasOwnTail = codec === 'gzip' || codec === 'none';
  return plainPart({
    slot: 'payload',
    kind: 'vmlinux',
    range: [start, hasOwnTail ? end : tail[0]],
    locatedBy: hasOwnTail ? fields : [...fields, tail],
    codec,
    statedSize: codec === 'none' ? null : { bytes: reader.u32(tail[0]), offsetBytes: tail[0] },
  });
}

function payloadCodec(reader: Reader, start: number, end: number): Codec {
  const payload = reader.slice(start, end - start);
  const codec = identifyCodec(payload);
  if (codec !== null) return codec;
  if (isElf(payload)) return 'none';
  throw faultAt(reader.layer, ['bzimage-payload-unknown', 'the payload starts as no compression does'], start);
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function regionsOf(reader: Reader, pe: PeImage | null, parts: readonly PartPlan[]): readonly Region[] {
  const { bytes } = reader;
  const setup = ((reader.u8(SETUP_SECTS_AT) || DEFAULT_SETUP_SECTORS) + 1) * SECTOR_SIZE;
  const base = pe === null ? drawSetup(bytes, setup) : peRegions(pe);
  return parts.reduce((regions, part) => {
    const drawn = overlayRegion(bytes, regions, { range: part.range, role: 'payload', name: 'payload' });
    const tailAt = part.statedSize?.offsetBytes ?? 0;
    if (tailAt !== part.range[1]) return drawn;
    return overlayRegion(bytes, drawn, {
      range: [tailAt, tailAt + SIZE_TAIL],
      role: 'size-tail',
      name: 'decoded size',
    });
  }, base);
}

function drawSetup(bytes: Uint8Array, setupSize: number): readonly Region[] {
  return drawRegions(
    bytes,
    [{ range: [0, setupSize], role: 'header', name: 'setup code' }],
    (_before, _after, range) => [{ range, role: 'data', name: 'protected-mode code' }],
  );
}
