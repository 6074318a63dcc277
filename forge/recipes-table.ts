import { authenticodeDigest } from './authenticode-digest.ts';
import { concatBytes, flipped, patched, u32le, utf8 } from './bytes.ts';
import { peFields, withCertificateDirectory } from './pe-fields.ts';
import { firstBlob, firstEntryLength, offsetInTable, type RecipeRow, signedBy } from './recipe.ts';
import { type PeSignatureSpec, signPe } from './sign.ts';
import type { SignerName, SignerSet } from './signer-set.ts';
import { smallProgram } from './small-program.ts';

const PROGRAM = smallProgram({});
const JUNK_8 = utf8('TRAILER!');
const GARBAGE = new Uint8Array(512).fill(0x41);

/** Files altered after signing, and certificate tables whose numbers do not add up. */
export const TABLE_RECIPES: readonly RecipeRow[] = [
  ['unsigned', 'no certificate table', () => PROGRAM],
  ['good', 'signed rightly', signedGood],
  ['flip-checksum', 'CheckSum is outside the hash', after((b) => flipped(b, peFields(b).checksumOffset))],
  ['flip-dllchar', 'DllCharacteristics altered', after((b) => flipped(b, peFields(b).checksumOffset + 6))],
  ['flip-sectionname', 'a section name altered', after((b) => flipped(b, peFields(b).sectionTable + 1))],
  [
    'flip-header-slack',
    'padding between section table and SizeOfHeaders altered',
    after((b) => flipped(b, peFields(b).sizeOfHeaders - 1)),
  ],
  ['flip-text', 'code altered', after((b) => flipped(b, 0x610))],
  ['flip-lastsection', 'padding byte of the last section altered', after((b) => flipped(b, PROGRAM.length - 1))],
  ['flip-p7-signature', 'signature value altered', after((b) => flipped(b, firstBlob(b).end - 1))],
  [
    'flip-p7-spcdigest',
    'digest inside SpcIndirectDataContent altered',
    after((b) => flipped(b, offsetInTable(b, authenticodeDigest(PROGRAM, 'sha256', 'specification')))),
  ],
  [
    'flip-p7-cert',
    'signature of the embedded self-signed certificate altered',
    (people) => {
      const certificate = people.get('good').certificateDer;
      const signed = signedGood(people);
      return flipped(signed, offsetInTable(signed, certificate) + certificate.length - 1);
    },
  ],
  [
    'flip-spc-obsolete',
    'a byte of <<<Obsolete>>> altered: inside messageDigest',
    after((b) => flipped(b, offsetInTable(b, utf8('\0O\0b\0s')) + 1)),
  ],
  [
    'spc-digest-wrong-signed',
    'soundly signed, other digest',
    signedBy('good', PROGRAM, { imageDigestValue: new Uint8Array(32).fill(0x5a) }),
  ],
  ['trail-8zero', '8 zeros after the certificate table', after((b) => concatBytes(b, new Uint8Array(8)))],
  ['trail-8rand', '8 bytes after the certificate table', after((b) => concatBytes(b, JUNK_8))],
  ['trail-1byte', 'one byte after the certificate table', after((b) => concatBytes(b, Uint8Array.of(0x21)))],
  ['trail-4k', '4096 bytes after the certificate table', after((b) => concatBytes(b, new Uint8Array(4096).fill(0x52)))],
  ['dirsize-plus8-rand', 'directory and file 8 longer', signedBy('good', PROGRAM, { file: { tableTrailer: JUNK_8 } })],
  [
    'dirsize-plus512-zeros',
    'directory and file 512 zeros longer',
    signedBy('good', PROGRAM, { file: { tableTrailer: new Uint8Array(512) } }),
  ],
  ['dirsize-plus8-pasteof', 'directory runs past the end of the file', after((b) => resized(b, 8))],
  ['dirsize-minus8', 'directory ends 8 early', after((b) => resized(b, -8))],
  ['dirsize-zero', 'directory of size 0', after((b) => withCertificateDirectory(b, PROGRAM.length, 0))],
  ['diroff-zero', 'directory at offset 0', after((b) => withCertificateDirectory(b, 0, b.length - PROGRAM.length))],
  [
    'diroff-unaligned4',
    'certificate table at 4 mod 8, 4 extra bytes hashed',
    signedBy('good', concatBytes(PROGRAM, u32le(0)), { file: { alignment: 4 } }),
  ],
  ['wclen-unpadded', 'dwLength without padding, directory with it', signedGood],
  ['wclen-padded', 'dwLength with the padding', signedBy('good', PROGRAM, { entry: { length: 'padded' } })],
  [
    'dir-unpadded',
    'directory and file end with the blob',
    signedBy('good', PROGRAM, { entry: { padding: new Uint8Array(0) } }),
  ],
  ['wcpad-64zeros', '64 zeros after the blob inside dwLength', signedBy('good', PROGRAM, junk(new Uint8Array(64)))],
  [
    'wcpad-64rand',
    '64 bytes after the blob inside dwLength',
    signedBy('good', PROGRAM, junk(new Uint8Array(64).fill(0x52))),
  ],
  [
    'wcpad-2k-rand',
    '2048 bytes after the blob inside dwLength',
    signedBy('good', PROGRAM, junk(new Uint8Array(2048).fill(0x52))),
  ],
  ['wcpad-in-padding', 'padding bytes that are not zero', after((b) => flipped(b, b.length - 1))],
  ['wclen-long', 'dwLength past the directory', after((b) => withEntryLength(b, firstEntryLength(b) + 4096))],
  ['wclen-7', 'dwLength smaller than its own header', after((b) => withEntryLength(b, 7))],
  ['wcrev-0100', 'revision 1.0', signedBy('good', PROGRAM, { entry: { revision: 0x0100 } })],
  ['wcrev-0300', 'revision 3.0', signedBy('good', PROGRAM, { entry: { revision: 0x0300 } })],
  ['wctype-1', 'type X.509', signedBy('good', PROGRAM, { entry: { type: 1 } })],
  ['wctype-0ef1', 'type EFI_GUID', signedBy('good', PROGRAM, { entry: { type: 0x0ef1 } })],
  ['p7-no-contentinfo', 'bare SignedData without ContentInfo', signedBy('good', PROGRAM, { wrapper: 'none' })],
  ['two-evil-good', 'stranger, then trusted', entries('evil', 'good')],
  ['two-evil-evil', 'two strangers', entries('evil', 'evil')],
  ['two-good-good2', 'two trusted', entries('good', 'good2')],
  ['two-good-revoked', 'trusted, then revoked', entries('good', 'revoked')],
  ['three-evil-evil-good', 'two strangers, then trusted', entries('evil', 'evil', 'good')],
  [
    'two-badsig-good',
    'broken signature, then sound',
    (people) => {
      const signer = people.get('good');
      return signPe(PROGRAM, { signers: [{ signer, signature: 'broken' }, { signer }] });
    },
  ],
  [
    'two-garbage-good',
    'an entry that is no PKCS#7, then sound',
    (people) => signPe(PROGRAM, { signers: [{ raw: GARBAGE }, { signer: people.get('good') }] }),
  ],
  [
    'two-good-garbage',
    'sound, then an entry that is no PKCS#7',
    (people) => signPe(PROGRAM, { signers: [{ signer: people.get('good') }, { raw: GARBAGE }] }),
  ],
  [
    'two-sha1-sha256',
    'SHA-1 entry, then SHA-256',
    (people) => {
      const signer = people.get('good');
      return signPe(PROGRAM, { signers: [{ signer, digest: 'sha1' }, { signer }] });
    },
  ],
];

function signedGood(people: SignerSet): Uint8Array {
  return signPe(PROGRAM, { signers: [{ signer: people.get('good') }] });
}

/** Alters the rightly signed program. */
function after(change: (signed: Uint8Array) => Uint8Array): (people: SignerSet) => Uint8Array {
  return (people) => change(signedGood(people));
}

function entries(...names: readonly SignerName[]): (people: SignerSet) => Uint8Array {
  return (people) => signPe(PROGRAM, { signers: names.map((name) => ({ signer: people.get(name) })) });
}

function junk(bytes: Uint8Array): Partial<PeSignatureSpec> {
  return { entry: { junk: bytes, length: 'padded' } };
}

function resized(bytes: Uint8Array, deltaBytes: number): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  return withCertificateDirectory(bytes, address, size + deltaBytes);
}

function withEntryLength(bytes: Uint8Array, length: number): Uint8Array {
  return patched(bytes, peFields(bytes).certificateTable.address, u32le(length));
}
