import type { Engine } from '../bytes/engine.ts';
import { attempt } from '../bytes/format-error.ts';
import { identifyCodec } from '../codecs/codec.ts';
import { decodeChunks } from '../codecs/decode-chunks.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { startsCpio } from '../formats/cpio-walk.ts';
import { identifyProgram } from '../formats/identify.ts';
import { readPeHeaders } from '../formats/pe.ts';

/** What one file among many is: a kernel, UKI or EFI program; an initrd; or nothing that boots. */
export type BootContent = 'program' | 'initrd' | 'other';

/** A recognition, or how many of a file's first bytes it takes to tell. */
export type Recognised = { readonly kind: BootContent } | { readonly kind: 'more'; readonly lengthBytes: number };

/** So many of the first bytes tell every file that is not compressed. */
export const HEAD_BYTES = 65_536;

/**
 * Recognises a file by its first bytes, whatever its name: marks that loaders test, a cpio magic, or a compression whose
 * contents start with one of these.
 *
 * A PE file for something else than EFI, such as a Windows program, is `other`; one whose headers cannot be read counts
 * as a program. A compressed file that does not decode far enough to tell is `other`.
 */
export function recogniseContent(head: Uint8Array, sizeBytes: number, engine: Engine): Recognised {
  const content = plainContent(head);
  if (content !== 'other') return { kind: content };
  const codec = identifyCodec(head);
  if (codec === null) return { kind: 'other' };
  const wantedBytes = Math.min(sizeBytes, codec === 'lz4' ? LZ4_HEAD_BYTES : COMPRESSED_HEAD_BYTES);
  if (head.length < wantedBytes) return { kind: 'more', lengthBytes: wantedBytes };
  return { kind: decodedContent(codec, head, engine) };
}

/** At least the first block of a stream: bzip2's are the largest, but for lz4's, which may hold 8 MiB. */
const COMPRESSED_HEAD_BYTES = 1 << 20;
const LZ4_HEAD_BYTES = 9 << 20;
/** Where the last mark of a kernel ends, `HdrS` at 0x202. */
const MARKS_BYTES = 0x206;

const EFI_SUBSYSTEMS: readonly number[] = [10, 11, 12, 13];

function plainContent(head: Uint8Array): BootContent {
  if (startsCpio(head)) return 'initrd';
  const program = identifyProgram(head, 'file');
  if (program === null) return 'other';
  if (program.kind !== 'pe') return 'program';
  const headers = attempt(() => readPeHeaders(head, 'file'));
  return !headers.ok || EFI_SUBSYSTEMS.includes(headers.value.subsystem) ? 'program' : 'other';
}

function decodedContent(codec: Codec, head: Uint8Array, engine: Engine): BootContent {
  const bounds = { layer: 'file', engine, outputLimitBytes: 2 ** 30, heldLimitBytes: 2 ** 28 };
  const chunks = decodeChunks(codec, head, bounds);
  const first = attempt(() => chunks.next());
  chunks.return(0);
  if (!first.ok || first.value.done === true) return 'other';
  const decoded = first.value.value;
  if (startsCpio(decoded)) return 'initrd';
  return decoded.length >= MARKS_BYTES && identifyProgram(decoded, 'file')?.kind === 'image' ? 'program' : 'other';
}
