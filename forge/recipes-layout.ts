import { concatBytes, flipped, patched, u32le } from './bytes.ts';
import { programBytes } from './contents.ts';
import { SECTION_FLAGS } from './pe.ts';
import { peFields, withCertificateDirectory } from './pe-fields.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { certificateTableOf, signPe } from './sign.ts';
import type { SignerSet } from './signer-set.ts';
import { SMALL_SECTIONS, smallProgram } from './small-program.ts';

const [TEXT, CONSTANTS, VARIABLES] = SMALL_SECTIONS;
const PROGRAM = smallProgram({});
const OVERLAY = smallProgram({ overlay: programBytes(128, 31) });
const ODD_OVERLAY = smallProgram({ overlay: programBytes(5, 32) });
const UNSORTED = smallProgram({
  sections: [{ ...TEXT, pointerToRawData: 0x800 }, { ...CONSTANTS, pointerToRawData: 0x600 }, { ...VARIABLES }],
});
const GAP = smallProgram({ sections: [TEXT, CONSTANTS, { ...VARIABLES, gapBefore: programBytes(0x200, 33) }] });
const ZERO_GAP = smallProgram({ sections: [TEXT, CONSTANTS, { ...VARIABLES, gapBefore: new Uint8Array(0x200) }] });
const SMALL_HEADERS = smallProgram({ sizeOfHeaders: 0x500 });

/** Files whose sections do not simply follow the headers and one another. */
export const LAYOUT_RECIPES: readonly RecipeRow[] = [
  ['overlay-signed', 'bytes before the table, hashed', signedBy('good', OVERLAY, {})],
  [
    'overlay-inserted',
    '8 bytes inserted between sections and table after signing',
    (people) => {
      const signed = signedGood(people, PROGRAM);
      const table = certificateTableOf(signed);
      const longer = concatBytes(signed.subarray(0, PROGRAM.length), new Uint8Array(8).fill(0x49), table);
      return withCertificateDirectory(longer, PROGRAM.length + 8, table.length);
    },
  ],
  [
    'overlay-signed-flip',
    'a hashed overlay byte altered',
    (people) => flipped(signedGood(people, OVERLAY), OVERLAY.length - 9),
  ],
  ['unsorted-raw', 'section table by address, raw data in another order', signedBy('good', UNSORTED, {})],
  [
    'unsorted-raw-tableorder-digest',
    'digest taken in the order of the section table',
    signedBy('good', UNSORTED, { file: { digestMethod: 'table-order' } }),
  ],
  ['gap', '512 bytes that belong to no section', signedBy('good', GAP, {})],
  ['gap-zero', '512 zeros that belong to no section', signedBy('good', ZERO_GAP, {})],
  ['gap-flip', 'a byte of the gap altered after signing', (people) => flipped(signedGood(people, GAP), 0xa10)],
  [
    'gap-skipdigest',
    'digest over headers and sections, no tail',
    signedBy('good', GAP, { file: { digestMethod: 'without-tail' } }),
  ],
  ['gap-flatdigest', 'digest over the gap as well', signedBy('good', GAP, { file: { digestMethod: 'flat' } })],
  ['sizeofheaders-small', 'headers end 256 bytes before the first section', signedBy('good', SMALL_HEADERS, {})],
  [
    'sizeofheaders-small-flipgap',
    'a byte between headers and first section altered',
    (people) => flipped(signedGood(people, SMALL_HEADERS), 0x540),
  ],
  [
    'odd-length-overlay-unpadded-digest',
    'digest taken before padding to 8',
    signedBy('good', ODD_OVERLAY, { file: { digestOf: ODD_OVERLAY } }),
  ],
  ['odd-length-overlay', 'digest taken after padding to 8', signedBy('good', ODD_OVERLAY, {})],
  ['overlap', 'two sections share 256 raw bytes', (people) => signedGood(people, overlapping())],
  [
    'section-past-eof',
    'the last section is longer than the file',
    signedBy('good', smallProgram({ sections: [TEXT, CONSTANTS, { ...VARIABLES, sizeOfRawData: 0x4000 }] }), {}),
  ],
  [
    'section-in-headers',
    'a section whose raw data are the headers',
    (people) => signedGood(people, withRawPointer(PROGRAM, 2, 0x200)),
  ],
  [
    'section-without-raw',
    'a section of zeros with no raw data',
    signedBy(
      'good',
      smallProgram({ sections: [...SMALL_SECTIONS, { name: '.bss', data: new Uint8Array(0), virtualSize: 0x800 }] }),
      {},
    ),
  ],
  [
    'writable-code',
    'a section both writable and executable',
    signedBy(
      'good',
      smallProgram({ sections: [{ ...TEXT, characteristics: SECTION_FLAGS.writableCode }, CONSTANTS, VARIABLES] }),
      {},
    ),
  ],
  [
    'directories-6',
    'six data directories, as kernels have',
    signedBy('good', smallProgram({ numberOfDirectories: 6 }), {}),
  ],
  [
    'pe32',
    '32-bit optional header',
    signedBy('good', smallProgram({ machine: 'x86', format: 'PE32', imageBase: 0x400000 }), {}),
  ],
  [
    'pe32-x64',
    '32-bit optional header for x86-64',
    signedBy('good', smallProgram({ format: 'PE32', imageBase: 0x400000 }), {}),
  ],
  ['no-sections', 'no section at all', signedBy('good', smallProgram({ sections: [] }), {})],
  [
    'optional-header-longer',
    'SizeOfOptionalHeader 8 more than its directories need',
    signedBy('good', smallProgram({ sizeOfOptionalHeader: 112 + 16 * 8 + 8 }), {}),
  ],
  ['table-in-gap', 'the certificate table lies between two sections', tableInGap],
];

function signedGood(people: SignerSet, bytes: Uint8Array): Uint8Array {
  return signPe(bytes, { signers: [{ signer: people.get('good') }] });
}

/** The constants start inside the code: both headers count the shared bytes. */
function overlapping(): Uint8Array {
  return withRawPointer(PROGRAM, 1, 0x700);
}

function withRawPointer(bytes: Uint8Array, section: number, offsetBytes: number): Uint8Array {
  return patched(bytes, peFields(bytes).sectionTable + 40 * section + 20, u32le(offsetBytes));
}

/** Room for the table is left before the last section, then the table of the file as it will be is written there. */
function tableInGap(people: SignerSet): Uint8Array {
  const roomBytes = 0x1000;
  const spaced = smallProgram({ sections: [TEXT, CONSTANTS, { ...VARIABLES, gapBefore: new Uint8Array(roomBytes) }] });
  const placed = withCertificateDirectory(spaced, 0xa00, roomBytes);
  const table = certificateTableOf(
    signPe(PROGRAM, {
      signers: [{ signer: people.get('good'), entry: { padding: new Uint8Array(0) } }],
      digestOf: placed,
      checksum: 'keep',
    }),
  );
  return patched(placed, 0xa00, concatBytes(u32le(table.length), table.subarray(4)));
}
