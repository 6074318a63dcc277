import { identifyCodec } from '../codecs/codec.ts';
import { startsCpio } from './cpio-walk.ts';
import { looksLikePe } from './pe.ts';
import { isZimage } from './zimage.ts';
import { firstNonZero } from './zero-bytes.ts';

/** Whether an lz4 frame starts here: what `lz4` writes by default, and Linux cannot unpack. */
export function startsLz4Frame(bytes: Uint8Array): boolean {
  return startsWith(bytes, LZ4_FRAME_MAGIC);
}

/** Says for people what bytes look like that bootpol does not read; a noun phrase such as `an ELF file`. */
export function appearanceOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  if (firstNonZero(bytes, 0, bytes.length) === bytes.length) return `${bytes.length} zero bytes`;
  const codec = identifyCodec(bytes);
  if (codec !== null) return `${codec} data`;
  if (looksLikePe(bytes)) return 'a DOS or EFI program';
  if (startsCpio(bytes)) return 'a cpio archive';
  if (isZimage(bytes)) return 'a 32-bit ARM kernel without an EFI header';
  const known = SIGNATURES.find(([signature]) => startsWith(bytes, signature));
  if (known !== undefined) return known[1];
  return isText(bytes.subarray(0, TEXT_SAMPLE)) ? 'text' : 'bytes of no known format';
}

const TEXT_SAMPLE = 512;

/** LZ4 doc/lz4_Frame_format.md: 0x184d2204, little-endian. */
const LZ4_FRAME_MAGIC = '\x04\x22\x4d\x18';

/** First bytes, as Latin-1, of things that people mistake for boot images. */
const SIGNATURES: readonly (readonly [signature: string, name: string])[] = [
  ['\x7fELF', 'an ELF file'],
  ['070707', 'a cpio archive of the old kind, which Linux does not unpack'],
  ['\xc7\x71', 'a binary cpio archive, which Linux does not unpack'],
  [LZ4_FRAME_MAGIC, 'an lz4 frame; Linux knows the older `lz4 -l` format only'],
  ['\xd0\x0d\xfe\xed', 'a device tree'],
  ['\x27\x05\x19\x56', 'a U-Boot image'],
  ['-----BEGIN', 'a PEM file'],
  ['PK\x03\x04', 'a zip file'],
  ['!<arch>', 'an ar archive, as Debian packages are'],
  ['hsqs', 'a squashfs file system'],
  ['ANDROID!', 'an Android boot image'],
  ['\x30\x82', 'DER data, such as a certificate'],
  ['BM', 'a bitmap'],
];

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return Array.from(signature).every((character, index) => bytes[index] === character.charCodeAt(0));
}

function isText(sample: Uint8Array): boolean {
  return sample.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
