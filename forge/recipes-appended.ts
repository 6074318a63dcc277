import { type AppendedSpec, signAppended, withAppended } from './appended.ts';
import { concatBytes, utf8 } from './bytes.ts';
import { forgeBzImage } from './bzimage.ts';
import { CMS_OIDS } from './cms.ts';
import { octetString } from './der.ts';
import { forgeInitrd, SMALL_ROOT } from './initrd.ts';
import type { RecipeRow } from './recipe.ts';
import { signPe } from './sign.ts';
import type { SignerName, SignerSet } from './signer-set.ts';
import { smallProgram } from './small-program.ts';
import { forgeImage } from './kernel-image.ts';
import { forgeZboot } from './zboot.ts';
import { chainOf } from './x509.ts';

const PROGRAM = smallProgram({});
const IMAGE = forgeImage({ arch: 'arm64', size: 40_000 });
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });

const BY_KEY = { identifier: 'subject-key-identifier', version: 3 } as const;
const WITH_ATTRIBUTES = { digest: 'sha512', attributes: 'usual' } as const;

/** Module-style signatures on all kinds of files, alone and beside PE signatures, and every fault of their structure. */
export const APPENDED_RECIPES: readonly RecipeRow[] = [
  ['appended-program', 'an EFI program', appended('good', PROGRAM)],
  ['appended-zboot', 'a zboot image', appended('good', forgeZboot({ image: IMAGE, compression: 'gzip' }))],
  ['appended-bzimage', 'a bzImage', appended('good', forgeBzImage({ compression: 'gzip' }))],
  ['appended-initrd', 'an initrd', appended('good', INITRD)],
  ['appended-initrd-plain', 'an initrd that is not compressed', appended('good', forgeInitrd({ entries: SMALL_ROOT }))],
  ['appended-embedded', 'the signer is embedded', embedded('good')],
  ['appended-chain', 'signer and intermediate are embedded', embedded('A-leaf')],
  ['appended-ski', 'the signer is named by key identifier', appended('good', PROGRAM, BY_KEY)],
  ['appended-p384', 'ECDSA on P-384', appended('p384', PROGRAM, { digest: 'sha384' })],
  ['appended-sha1', 'SHA-1', appended('good', PROGRAM, { digest: 'sha1' })],
  ['appended-mldsa87', 'ML-DSA-87', appended('mldsa87', PROGRAM, { digest: 'sha512' })],
  ['appended-mldsa65-attributes', 'ML-DSA-65 with signed attributes', appended('mldsa65', PROGRAM, WITH_ATTRIBUTES)],
  ['appended-evil', 'a stranger', appended('evil', PROGRAM)],
  ['appended-broken', 'a bit of the signature flipped', appended('good', PROGRAM, { signature: 'broken' })],
  ['appended-other-bytes', 'other bytes were signed', appended('good', PROGRAM, { signedBytes: utf8('other') })],
  ['appended-attributes', 'signed attributes', appended('good', PROGRAM, { attributes: 'usual' })],
  ['appended-content', 'contents of its own', appended('good', PROGRAM, { contents: octetString(PROGRAM) })],
  [
    'appended-type',
    'a content type that is not data',
    appended('good', PROGRAM, { contentType: CMS_OIDS.spcIndirectData }),
  ],
  ['appended-version', 'versions that do not pair', appended('good', PROGRAM, { version: 3 })],
  ['appended-id-type', 'id_type 1', appended('good', PROGRAM, structure(0, 0, 1, 0, 0, 0, 0, 0))],
  ['appended-algo', 'algo 1', appended('good', PROGRAM, structure(1, 0, 2, 0, 0, 0, 0, 0))],
  ['appended-pad', 'a pad byte that is not zero', appended('good', PROGRAM, structure(0, 0, 2, 0, 0, 0, 0, 1))],
  ['appended-length-zero', 'a length of 0', appended('good', PROGRAM, { signatureBytes: 0 })],
  ['appended-length-all', 'a length that leaves no contents', wholeLength],
  ['appended-length-little-endian', 'a length in the other byte order', littleEndian],
  ['appended-junk', '8 bytes after the CMS', appended('good', PROGRAM, { junk: utf8('TRAILER!') })],
  ['appended-garbage', 'no CMS at all', () => withAppended(PROGRAM, new Uint8Array(64).fill(0x30))],
  ['appended-magic-only', 'the magic and nothing in front', () => utf8('~Module signature appended~\n')],
  [
    'appended-no-newline',
    'the magic without its line feed',
    (people) => appended('good', PROGRAM)(people).slice(0, -1),
  ],
  [
    'appended-then-byte',
    'a byte after the magic',
    (people) => concatBytes(appended('good', PROGRAM)(people), new Uint8Array(1)),
  ],
  [
    'appended-twice',
    'two, one behind the other',
    (people) => appended('good', appended('good2', PROGRAM)(people))(people),
  ],
  [
    'appended-then-pe',
    'appended, then signed as a PE file',
    (people) => peSigned(appended('good', PROGRAM)(people), people),
  ],
  [
    'pe-then-appended',
    'signed as a PE file, then appended',
    (people) => appended('good', peSigned(PROGRAM, people))(people),
  ],
];

function appended(
  name: SignerName,
  bytes: Uint8Array,
  how: Omit<AppendedSpec, 'signer'> = {},
): (people: SignerSet) => Uint8Array {
  return (people) => signAppended(bytes, { signer: people.get(name), ...how });
}

function embedded(name: SignerName): (people: SignerSet) => Uint8Array {
  return (people) => signAppended(PROGRAM, { signer: people.get(name), embed: chainOf(people.get(name)) });
}

function structure(...octets: readonly number[]): { readonly structure: Uint8Array } {
  return { structure: Uint8Array.from(octets) };
}

/** The CMS and the contents together are what is stated as the CMS. */
function wholeLength(people: SignerSet): Uint8Array {
  const whole = appended('good', PROGRAM)(people);
  return appended('good', PROGRAM, { signatureBytes: whole.length - 40 })(people);
}

function littleEndian(people: SignerSet): Uint8Array {
  const file = Buffer.from(appended('good', PROGRAM)(people));
  file.subarray(file.length - 32, file.length - 28).swap32();
  return Uint8Array.from(file);
}

function peSigned(bytes: Uint8Array, people: SignerSet): Uint8Array {
  return signPe(bytes, { signers: [{ signer: people.get('good') }] });
}
