import { concatBytes, patched, readU32le, u16le, u32le, utf8 } from './bytes.ts';
import { guid } from './esl.ts';
import { peFields, withCertificateDirectory } from './pe-fields.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { authenticodeSignature, certificateTableOf, signPe } from './sign.ts';
import type { SignerSet } from './signer-set.ts';
import { SMALL_SECTIONS, smallProgram } from './small-program.ts';

const [TEXT, CONSTANTS, VARIABLES] = SMALL_SECTIONS;
const PROGRAM = smallProgram({});
/** Directory 5: 8 bytes at 16 MiB. */
const RELOCATIONS_OUTSIDE = concatBytes(u32le(0x0100_0000), u32le(8));
const PKCS7_GUID = '4aafd29d-68df-49ee-8aa9-347d375665a7';

/** Peculiarities on which one enforcer or another differs, and that the other tables do not have. */
export const ENFORCER_RECIPES: readonly RecipeRow[] = [
  ['table-in-gap-exact', 'the certificate table fills a gap between two sections', tableInGap],
  [
    'wctype-0ef1-pkcs7',
    'an EFI_GUID entry that holds PKCS#7',
    (people) =>
      signPe(PROGRAM, { signers: [{ raw: concatBytes(guid(PKCS7_GUID), blob(people)), entry: { type: 0x0ef1 } }] }),
  ],
  ['two-good-header', 'sound, then eight bytes that are the header of an entry', goodAndHeader],
  ['wclen-1', 'dwLength 1', (people) => withEntryLength(signedGood(people), 1)],
  ['wclen-0', 'dwLength 0', (people) => withEntryLength(signedGood(people), 0)],
  ['wclen-8', 'dwLength of the header alone', (people) => withEntryLength(signedGood(people), 8)],
  ['p7-indefinite', 'a ContentInfo of indefinite length', (people) => withBlob(indefinite(blob(people)))],
  ['p7-long-length', 'a ContentInfo whose length has three octets', (people) => withBlob(longLength(blob(people)))],
  ['sections-sum', 'sections that sum to more than the file has beside the table', signedBy('good', summing(), {})],
  ['relocs-stripped', 'relocations stripped', signedBy('good', smallProgram({ characteristics: 0x23 }), {})],
  ['file-alignment-odd', 'FileAlignment 513', signedBy('good', patchedHeader(36, 513), {})],
  ['subsystem-console', 'subsystem 3, Windows console', signedBy('good', smallProgram({ subsystem: 3 }), {})],
  ['machine-unknown', 'machine 0x1234', signedBy('good', smallProgram({ machine: 0x1234 }), {})],
  ['image-size-small', 'SizeOfImage 0x100', signedBy('good', patchedHeader(56, 0x100), {})],
  [
    'section-virtual-size-0',
    'a section of no size in memory',
    signedBy('good', smallProgram({ sections: [TEXT, CONSTANTS, { ...VARIABLES, virtualSize: 0 }] }), {}),
  ],
  [
    'section-virtual-size-wraps',
    'a section whose address and size sum to more than 32 bits',
    signedBy('good', patched(PROGRAM, peFields(PROGRAM).sectionTable + 2 * 40 + 8, u32le(0xffff_f000)), {}),
  ],
  ['image-size-cuts-section', 'SizeOfImage that ends where the last section starts', signedBy('good', cutImage(), {})],
  ['section-alignment-0', 'SectionAlignment 0', signedBy('good', patchedHeader(32, 0), {})],
  ['directories-5', 'five data directories', signedBy('good', smallProgram({ numberOfDirectories: 5 }), {})],
  [
    'relocations-outside',
    'base relocations outside the image',
    signedBy('good', patched(PROGRAM, peFields(PROGRAM).certificateDirectory + 8, RELOCATIONS_OUTSIDE), {}),
  ],
  ['directories-4-unsigned', 'four data directories', () => smallProgram({ numberOfDirectories: 4 })],
  ['sizeofheaders-past-file', 'SizeOfHeaders past the file', () => patchedHeader(60, 0x10000)],
  ['sizeofheaders-0', 'SizeOfHeaders 0', () => patchedHeader(60, 0)],
  ['sbat-new', 'SBAT metadata of a generation that is not revoked', signedBy('good', withSbat(5), {})],
  ['sbat-old', 'SBAT metadata of a revoked generation', signedBy('good', withSbat(1), {})],
];

function signedGood(people: SignerSet): Uint8Array {
  return signPe(PROGRAM, { signers: [{ signer: people.get('good') }] });
}

function goodAndHeader(people: SignerSet): Uint8Array {
  const tableTrailer = concatBytes(u32le(8), u16le(0x0200), u16le(2));
  return signPe(PROGRAM, { signers: [{ signer: people.get('good') }], tableTrailer });
}

function blob(people: SignerSet): Uint8Array {
  return authenticodeSignature(PROGRAM, { signer: people.get('good') }, 'specification');
}

function withBlob(raw: Uint8Array): Uint8Array {
  return signPe(PROGRAM, { signers: [{ raw }] });
}

/** `30 82 LL LL …` as `30 80 … 00 00`. */
function indefinite(der: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x30, 0x80), der.subarray(4), Uint8Array.of(0, 0));
}

/** `30 82 LL LL …` as `30 83 00 LL LL …`. */
function longLength(der: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x30, 0x83, 0), der.subarray(2));
}

function withEntryLength(bytes: Uint8Array, length: number): Uint8Array {
  return patched(bytes, peFields(bytes).certificateTable.address, u32le(length));
}

/** The program with another number in its optional header. */
function patchedHeader(offsetBytes: number, value: number): Uint8Array {
  return patched(PROGRAM, peFields(PROGRAM).checksumOffset - 64 + offsetBytes, u32le(value));
}

function cutImage(): Uint8Array {
  const lastAddress = peFields(PROGRAM).sectionTable + 2 * 40 + 12;
  return patchedHeader(56, readU32le(PROGRAM, lastAddress));
}

/** The constants take the bytes of the code and of the variables too. */
function summing(): Uint8Array {
  const header = peFields(PROGRAM).sectionTable + 40;
  return patched(patched(PROGRAM, header + 16, u32le(0x600)), header + 20, u32le(0x600));
}

function withSbat(generation: number): Uint8Array {
  const rows = `sbat,1,SBAT Version,sbat,1,https://example.org/SBAT.md\ngrub,${generation},Forge,grub2,2.12,https://example.org/\n`;
  return smallProgram({ sections: [...SMALL_SECTIONS, { name: '.sbat', data: utf8(rows) }] });
}

/** Room is left before the last section for exactly the table of the file as it will be. */
function tableInGap(people: SignerSet): Uint8Array {
  const signer = people.get('good');
  const roomBytes = certificateTableOf(signedGood(people)).length;
  const spaced = smallProgram({
    fileAlignment: 8,
    sections: [
      TEXT,
      CONSTANTS,
      { ...VARIABLES, sizeOfRawData: VARIABLES.data.length, gapBefore: new Uint8Array(roomBytes) },
    ],
  });
  const at = peFields(spaced).sections[2]?.offset ?? 0;
  const placed = withCertificateDirectory(spaced, at - roomBytes, roomBytes);
  const table = certificateTableOf(signPe(PROGRAM, { signers: [{ signer }], digestOf: placed, checksum: 'keep' }));
  return patched(placed, at - roomBytes, table);
}
