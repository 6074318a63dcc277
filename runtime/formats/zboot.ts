import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { Arch, Codec } from '../contract/vocabulary.ts';
import { identifyCodec } from '../codecs/codec.ts';
import { LINUX_PE_MAGIC, ZBOOT_MAGIC } from './identify.ts';
import { readPe } from './pe.ts';
import type { PeImage } from './pe-image.ts';
import { peRegions, rawRange } from './pe-layout.ts';
import { EMPTY_READING, plainPart, type Reading, type ReaderHost } from './reading.ts';
import { overlayRegion } from './regions.ts';
import { faultAt } from './fault-at.ts';

/**
 * Reads an EFI zboot image (Linux drivers/firmware/efi/libstub/zboot-header.S, Makefile.zboot).
 *
 * ```
 * 0x00 MZ  0x04 zimg  0x08 payload offset  0x0c payload size  0x18 compression name … NUL  0x38 LINUX_PE_MAGIC
 * ```
 * Firmware runs the stub, which finds the payload by link-time symbols; kexec-tools and QEMU follow these fields. Both
 * read the same bytes only when the fields are right, so the payload must lie inside one section, with the 4-byte size
 * tail that every compression but gzip has behind it.
 *
 * @throws FormatError `zboot-…`, `pe-…`, `truncated`.
 */
export function readZboot(bytes: Uint8Array, host: ReaderHost): Reading {
  const reader = readerOf(bytes, host.layer);
  checkMagics(reader);
  const pe = readPe(bytes, host.layer);
  const label = readLabel(reader);
  const range = readPayloadRange(reader);
  const named = CODEC_OF_LABEL.get(label);
  if (named === undefined) {
    throw faultAt(reader.layer, ['zboot-compression-unknown', `no kernel writes compression \`${label}\``], LABEL_AT);
  }
  const seen = identifyCodec(reader.slice(range[0], range[1] - range[0]));
  const codec = seen ?? named;
  const tail = locateTail(pe, reader, { range, codec });
  return {
    ...EMPTY_READING,
    arch: pe.arch,
    compression: codec === named ? [codec] : [named, codec],
    findings: [...checkArch(pe), ...pe.findings],
    regions: payloadRegions(pe, range, codec === 'gzip' ? null : tail),
    parts: [
      plainPart({
        slot: 'payload',
        kind: 'image',
        range,
        locatedBy: locatedBy(tail, codec),
        codec,
        statedSize: { bytes: reader.u32(tail[0]), offsetBytes: tail[0] },
        doubt: codec === named ? headerDoubt(reader, range[0], codec) : labelDoubt(host.layer, label, codec),
      }),
    ],
    pe,
    header: { payload_offset: range[0], payload_size: range[1] - range[0], comp_type: label },
  };
}

const PAYLOAD_OFFSET_AT = 0x08;
const LABEL_AT = 0x18;
const LABEL_END = 0x38;
const HEADER_SIZE = 0x40;
const SIZE_TAIL = 4;

/** Every name that a kernel's Makefile.zboot has passed on, since 6.1. */
const CODEC_OF_LABEL: ReadonlyMap<string, Codec> = new Map([
  ['gzip', 'gzip'],
  ['lz4', 'lz4'],
  ['lzma', 'lzma'],
  ['lzo', 'lzo'],
  ['xzkern', 'xz'],
  ['xz', 'xz'],
  ['zstd22', 'zstd'],
  ['zstd', 'zstd'],
]);

const ZBOOT_ARCHES: readonly (Arch | null)[] = ['arm64', 'riscv64', 'loongarch64'];

function checkMagics(reader: Reader): void {
  if (reader.u32(4) !== ZBOOT_MAGIC) {
    throw faultAt(reader.layer, ['zboot-magic-missing', 'there is no `zimg` at 4'], 4);
  }
  if (reader.u32(0x38) !== LINUX_PE_MAGIC) {
    const text = 'the bytes cd 23 82 81 that mark a Linux EFI image are not at 0x38';
    throw faultAt(reader.layer, ['zboot-linux-magic-missing', text], 0x38);
  }
}

function readLabel(reader: Reader): string {
  const field = reader.slice(LABEL_AT, LABEL_END - LABEL_AT);
  const end = field.indexOf(0);
  if (end < 0) {
    throw faultAt(
      reader.layer,
      ['zboot-compression-unterminated', 'the compression name does not end before 0x38'],
      LABEL_AT,
    );
  }
  const name = field.subarray(0, end);
  return Array.from(name, (byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('');
}

function readPayloadRange(reader: Reader): ByteRange {
  const offset = reader.u32(PAYLOAD_OFFSET_AT);
  const size = reader.u32(PAYLOAD_OFFSET_AT + 4);
  const text = `the payload is said to be ${size} bytes at ${offset}, in a file of ${reader.bytes.length}`;
  if (offset < HEADER_SIZE || size < SIZE_TAIL || offset + size > reader.bytes.length) {
    throw faultAt(reader.layer, ['zboot-payload-out-of-file', text], PAYLOAD_OFFSET_AT);
  }
  return [offset, offset + size];
}

interface Payload {
  readonly range: ByteRange;
  readonly codec: Codec;
}

/** The decoded size: gzip's own last 4 bytes, or 4 bytes behind the payload; in the payload's section either way. */
function locateTail(pe: PeImage, reader: Reader, { range, codec }: Payload): ByteRange {
  const tailAt = codec === 'gzip' ? range[1] - SIZE_TAIL : range[1];
  const inside = pe.sections.some((section) => {
    const [start, end] = rawRange(pe, section);
    return start <= range[0] && tailAt + SIZE_TAIL <= end;
  });
  if (inside && range[0] >= pe.sectionTableRange[1]) return [tailAt, tailAt + SIZE_TAIL];
  const text = `the payload, ${range[0]} to ${range[1]}, and its size do not lie inside one section`;
  throw faultAt(reader.layer, ['zboot-payload-outside-section', text], PAYLOAD_OFFSET_AT);
}

function locatedBy(tail: ByteRange, codec: Codec): readonly ByteRange[] {
  const fields: readonly ByteRange[] = [
    [PAYLOAD_OFFSET_AT, PAYLOAD_OFFSET_AT + 8],
    [LABEL_AT, LABEL_END],
  ];
  return codec === 'gzip' ? fields : [...fields, tail];
}

function checkArch(pe: PeImage): readonly Finding[] {
  if (ZBOOT_ARCHES.includes(pe.arch)) return [];
  const text = `no kernel of machine 0x${pe.machine.toString(16)} is a zboot image`;
  return [{ code: 'zboot-machine', text, layer: pe.layer, offsetBytes: pe.peOffsetBytes + 4, lengthBytes: 2 }];
}

const GZIP_FLAGS_AT = 3;

/** zboot-decompress-gzip.c skips exactly 10 header bytes, so any optional header field would make it start elsewhere. */
function headerDoubt(reader: Reader, payloadAt: number, codec: Codec): Finding | null {
  if (codec !== 'gzip' || reader.u8(payloadAt + GZIP_FLAGS_AT) === 0) return null;
  const text = 'the gzip header has optional fields, which the stub does not skip';
  return {
    code: 'zboot-gzip-header',
    text,
    layer: reader.layer,
    offsetBytes: payloadAt,
    lengthBytes: GZIP_FLAGS_AT + 1,
  };
}

function labelDoubt(layer: string, label: string, codec: Codec): Finding {
  const text = `the header says \`${label}\`, but the payload starts as ${codec} does`;
  return { code: 'zboot-compression-mismatch', text, layer, offsetBytes: LABEL_AT, lengthBytes: LABEL_END - LABEL_AT };
}

function payloadRegions(pe: PeImage, range: ByteRange, tail: ByteRange | null): Reading['regions'] {
  const regions = overlayRegion(pe.bytes, peRegions(pe), { range, role: 'payload', name: 'payload' });
  if (tail === null) return regions;
  return overlayRegion(pe.bytes, regions, { range: tail, role: 'size-tail', name: 'decoded size' });
}
