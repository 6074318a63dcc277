import { createHash } from 'node:crypto';
import { authenticodeDigest } from './authenticode-digest.ts';
import { concatBytes, flipped } from './bytes.ts';
import { type EslEntry, forgeEsl } from './esl.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { signPe } from './sign.ts';
import { REVOKED_BY_DIGEST, REVOKED_SIGNERS, type SignerName, type SignerSet, trustedList } from './signer-set.ts';
import { SMALL_SECTIONS, smallProgram } from './small-program.ts';

const PROGRAM = smallProgram({});
const LISTED_UNSIGNED = variant(1);
const LISTED_EVIL = variant(2);
const LISTED_BAD = variant(3);
const REVOKED = variant(4);

/** Certificates, chains and image digests: sound signatures, questions of trust. */
export const TRUST_RECIPES: readonly RecipeRow[] = [
  ['evil', 'untrusted, self-signed', signedBy('evil', PROGRAM, {})],
  ['imposter', 'subject of a trusted certificate, other key', signedBy('imposter', PROGRAM, {})],
  ['reissued', 'key and subject of a trusted certificate, other certificate', signedBy('reissued', PROGRAM, {})],
  ['cert-eku-serverauth', 'extended key usage serverAuth', signedBy('eku-serverauth', PROGRAM, {})],
  ['cert-eku-none', 'no extended key usage', signedBy('eku-none', PROGRAM, {})],
  ['cert-ku-encipher', 'key usage keyEncipherment', signedBy('ku-encipher', PROGRAM, {})],
  ['cert-expired', 'expired', signedBy('expired', PROGRAM, {})],
  ['cert-future', 'not valid yet', signedBy('future', PROGRAM, {})],
  ['chain-root-in-db', 'leaf and intermediate embedded', signedBy('A-leaf', PROGRAM, {})],
  ['chain-root-in-db-full', 'leaf, intermediate and root embedded', chain('A-leaf', 'A-leaf', 'A-int', 'A-root')],
  ['chain-root-in-db-reversed', 'certificates in reverse order', chain('A-leaf', 'A-root', 'A-int', 'A-leaf')],
  ['chain-root-in-db-noint', 'intermediate missing', chain('A-leaf', 'A-leaf')],
  ['chain-int-in-db', 'the intermediate is the anchor', signedBy('B-leaf', PROGRAM, {})],
  ['chain-int-in-db-leafonly', 'the intermediate is the anchor and not embedded', chain('B-leaf', 'B-leaf')],
  ['chain-leaf-in-db', 'only the leaf is an anchor', chain('C-leaf', 'C-leaf', 'C-int', 'C-root')],
  ['chain-leaf-in-db-leafonly', 'only the leaf is an anchor, leaf alone embedded', chain('C-leaf', 'C-leaf')],
  ['chain-leaf-sha1sig', 'leaf certificate signed with SHA-1', signedBy('A-leaf-sha1', PROGRAM, {})],
  ['chain-leaf-serverauth', 'leaf for serverAuth', signedBy('A-leaf-serverauth', PROGRAM, {})],
  ['chain-leaf-ku-encipher', 'leaf for keyEncipherment', signedBy('A-leaf-ku-encipher', PROGRAM, {})],
  ['chain-leaf-expired', 'leaf expired', signedBy('A-leaf-expired', PROGRAM, {})],
  ['chain-int-expired', 'intermediate expired', signedBy('A-leaf-under-expired-int', PROGRAM, {})],
  ['chain-int-notca', 'intermediate is no CA', signedBy('A-leaf-under-notca', PROGRAM, {})],
  ['chain-pathlen', 'path length 0 exceeded', signedBy('A-leaf-pathlen', PROGRAM, {})],
  ['chain-leaf-ecdsa', 'ECDSA leaf', signedBy('A-leaf-p256', PROGRAM, {})],
  ['chain-issuer-notca-in-db', 'the anchor is no CA', signedBy('leaf-under-notca-anchor', PROGRAM, {})],
  ['chain-root-expired', 'root expired', signedBy('G-leaf', PROGRAM, {})],
  ['dbx-leaf', 'leaf revoked', signedBy('D-leaf', PROGRAM, {})],
  ['dbx-int', 'intermediate revoked', signedBy('E-leaf', PROGRAM, {})],
  ['dbx-leaf-tbs', 'leaf revoked by TBS digest', signedBy('F-leaf', PROGRAM, {})],
  ['dbx-same-cert', 'certificate both trusted and revoked', signedBy('revoked', PROGRAM, {})],
  ['imghash-db-unsigned', 'unsigned, image digest trusted', () => LISTED_UNSIGNED],
  [
    'imghash-db-unsigned-trail',
    'unsigned, image digest trusted, 8 zeros appended',
    () => concatBytes(LISTED_UNSIGNED, new Uint8Array(8)),
  ],
  ['imghash-db-evil', 'stranger, image digest trusted', signedBy('evil', LISTED_EVIL, {})],
  [
    'imghash-db-badsig',
    'broken signature, image digest trusted',
    signedBy('good', LISTED_BAD, { signature: 'broken' }),
  ],
  ['imghash-dbx-good', 'trusted signer, image digest revoked', signedBy('good', REVOKED, {})],
  [
    'imghash-dbx-pad8',
    'revoked image signed anew with 8 more bytes',
    signedBy('good', concatBytes(REVOKED, new Uint8Array(8)), {}),
  ],
  [
    'imghash-dbx-sha512signed',
    'SHA-256 digest revoked, signed with SHA-512',
    signedBy('good', REVOKED, { digest: 'sha512' }),
  ],
  [
    'imghash-dbx-flipped',
    'revoked image with a byte altered',
    (people) => flipped(signedBy('good', REVOKED, {})(people), 0x610),
  ],
];

/** What the recipes take as trusted: certificates and image digests, as an EFI signature list. */
export function recipeDb(people: SignerSet): Uint8Array {
  const digests = [LISTED_UNSIGNED, LISTED_EVIL, LISTED_BAD].map(digestEntry);
  return concatBytes(trustedList(people), forgeEsl(...digests));
}

/** What the recipes take as revoked: certificates, a TBS digest without a time, and an image digest. */
export function recipeDbx(people: SignerSet): Uint8Array {
  return forgeEsl(
    ...REVOKED_SIGNERS.map((name): EslEntry => ({ type: 'x509', data: people.get(name).certificateDer })),
    ...REVOKED_BY_DIGEST.map((name): EslEntry => ({ type: 'x509-sha256', data: tbsDigest(people, name) })),
    digestEntry(REVOKED),
  );
}

/** The small program with other constants, and so with another digest. */
function variant(number: number): Uint8Array {
  const [text, constants, variables] = SMALL_SECTIONS;
  return smallProgram({ sections: [text, { ...constants, data: new Uint8Array(0x100).fill(number) }, variables] });
}

function chain(signer: SignerName, ...embedded: readonly SignerName[]): (people: SignerSet) => Uint8Array {
  return (people) => {
    const embed = embedded.map((name) => people.get(name).certificateDer);
    return signPe(PROGRAM, { signers: [{ signer: people.get(signer), embed }] });
  };
}

function digestEntry(bytes: Uint8Array): EslEntry {
  return { type: 'sha256', data: authenticodeDigest(bytes, 'sha256', 'specification') };
}

function tbsDigest(people: SignerSet, name: SignerName): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(people.get(name).tbsDer).digest());
}
