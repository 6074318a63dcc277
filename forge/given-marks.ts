import { signAppended } from './appended.ts';
import { alignedBytes, concatBytes, flipped, patched, readU16le, readU32le, u16le, u32le, utf8 } from './bytes.ts';
import type { GivenCast, SigningMark } from './given-cast.ts';
import type { GivenSpec } from './given-spec.ts';
import type { KeyKind } from './keys.ts';
import { peFields } from './pe-fields.ts';
import { SECTION_FLAGS } from './pe.ts';
import { signPe } from './sign.ts';
import type { DigestName } from './signature-algorithms.ts';

/** Applies what is said of the finished file, in the order in which it would happen: before, by and after signing. */
export function markAndSign(bytes: Uint8Array, given: GivenSpec, cast: GivenCast): Uint8Array {
  const has = (name: string): boolean => Object.hasOwn(given.properties, name);
  const laidOut = has('bytes-in-section-gaps') ? withGap(bytes) : bytes;
  const built = has('writable-code') ? withWritableCode(laidOut) : laidOut;
  const isAppended = given.properties['scheme'] === 'appended';
  if (has('bytes-in-certificate-table') && (given.signedBy.length === 0 || isAppended)) {
    throw new Error('bytes in the certificate table need a signature beside them');
  }
  const promised = given.properties['nx-compat'] === 'absent' ? withoutNx(built) : built;
  const signed = isAppended ? append(promised, given, cast) : sign(promised, given, cast);
  const altered = has('altered') ? flipped(signed, alterable(given, promised)) : signed;
  return has('bytes-after-signature') ? concatBytes(altered, utf8('appended')) : altered;
}

/** Makes the encoded contents of a layer undecodable: their start, behind the magic, becomes ff. */
export function damageContents(kind: string, bytes: Uint8Array): Uint8Array {
  return patched(bytes, encodedStart(kind, bytes) + MAGIC_BYTES, new Uint8Array(DAMAGED_BYTES).fill(0xff));
}

/** Every magic of a codec is at least so long, and in none of them may all of the bytes behind it be ff. */
const MAGIC_BYTES = 4;
/** Reaches beyond the ten header bytes of gzip, which hold nothing that a decoder checks. */
const DAMAGED_BYTES = 12;

function encodedStart(kind: string, bytes: Uint8Array): number {
  switch (kind) {
    case 'zboot':
      return readU32le(bytes, 0x08);
    case 'bzimage':
      return ((bytes[0x1f1] ?? 0) + 1) * 512 + readU32le(bytes, 0x248);
    default:
      return 0;
  }
}

function sign(bytes: Uint8Array, given: GivenSpec, cast: GivenCast): Uint8Array {
  if (given.signedBy.length === 0) return bytes;
  const how = markOf(given);
  const digest = digestOf(given);
  return signPe(bytes, {
    signers: given.signedBy.map((set) => ({ signer: cast.signer(set, how), digest })),
    ...(Object.hasOwn(given.properties, 'bytes-in-certificate-table')
      ? { tableTrailer: alignedBytes(utf8('nobody signed this'), 8) }
      : {}),
  });
}

/** A file ends in one appended signature: what another one signs includes the first. */
function append(bytes: Uint8Array, given: GivenSpec, cast: GivenCast): Uint8Array {
  const how = markOf(given);
  const digest = digestOf(given);
  return given.signedBy.reduce((signed, set) => signAppended(signed, { signer: cast.signer(set, how), digest }), bytes);
}

function markOf({ properties }: GivenSpec): SigningMark {
  const revoked = properties['revoked'];
  return {
    key: keyOf(properties['key'] ?? 'rsa2048'),
    expired: Object.hasOwn(properties, 'expired'),
    revokedBy: Object.hasOwn(properties, 'revoked') ? { set: typeof revoked === 'string' ? revoked : null } : 'nobody',
  };
}

function keyOf(word: string | number): KeyKind {
  for (const kind of KEY_KINDS) if (kind === word) return kind;
  throw new Error(`the forge makes no key of the kind ${word}`);
}

const KEY_KINDS = [
  'rsa1024',
  'rsa2048',
  'rsa3072',
  'rsa4096',
  'p256',
  'p384',
  'p521',
] as const satisfies readonly KeyKind[];

function digestOf({ properties }: GivenSpec): DigestName {
  const word = properties['digest'] ?? 'sha256';
  for (const name of DIGESTS) if (name === word) return name;
  throw new Error(`the forge signs with no digest ${word}`);
}

const DIGESTS = ['sha1', 'sha256', 'sha384', 'sha512'] as const satisfies readonly DigestName[];

/**
 * A byte that leaves the file as readable as it was: in the first section; of an initrd, the modification time of the
 * gzip header (RFC 1952, section 2.3) or of the first archive member (buffer-format.rst, c_mtime).
 */
function alterable({ kind, properties }: GivenSpec, bytes: Uint8Array): number {
  if (kind === 'initrd') {
    const codec = properties['compression'] ?? 'gzip';
    if (codec === 'gzip') return 4;
    if (codec === 'none') return 53;
    throw new Error(`an initrd in ${codec} cannot be altered: give it in gzip, or in none`);
  }
  const [first] = peFields(bytes).sections;
  return (first?.offset ?? 0) + 0x10;
}

/** The first section may be written to as well as run (PE/COFF specification, section 4.1, Characteristics at 36). */
function withWritableCode(bytes: Uint8Array): Uint8Array {
  return patched(bytes, peFields(bytes).sectionTable + 36, u32le(SECTION_FLAGS.writableCode));
}

/** Takes NX_COMPAT out of DllCharacteristics (PE/COFF specification, section 3.4.2, offset 70). */
function withoutNx(bytes: Uint8Array): Uint8Array {
  const at = peFields(bytes).optionalHeader + 70;
  return patched(bytes, at, u16le(readU16le(bytes, at) & ~0x100));
}

/** Moves the last section's data 512 bytes back, and leaves bytes in between that belong to nothing. */
function withGap(bytes: Uint8Array): Uint8Array {
  const { sections, sectionTable } = peFields(bytes);
  const index = sections.reduce((last, section, at) => (section.offset > (sections[last]?.offset ?? 0) ? at : last), 0);
  const header = sectionTable + 40 * index;
  const offset = readU32le(bytes, header + 20);
  const moved = concatBytes(
    bytes.subarray(0, offset),
    alignedBytes(utf8('in nobody\u2019s section'), 512),
    bytes.subarray(offset),
  );
  return patched(moved, header + 20, u32le(offset + 512));
}
