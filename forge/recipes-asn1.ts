import { attribute, CMS_OIDS } from './cms.ts';
import { utf8 } from './bytes.ts';
import {
  bitString,
  element,
  integer,
  octetString,
  oid,
  preciseTime,
  sequence,
  setInOrder,
  setOf,
  time,
} from './der.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { authenticodeSignature, type PeSignatureSpec, signPe } from './sign.ts';
import { digestAlgorithm } from './signature-algorithms.ts';
import { smallProgram } from './small-program.ts';

const PROGRAM = smallProgram({});
const WHEN = new Date('2026-01-01T00:00:00Z');
const NOBODYS = '1.3.6.1.4.1.99999.2';
const [FIRST, SECOND] = [octetString(Uint8Array.of(1)), octetString(Uint8Array.of(2))];

/** Parts of the PKCS#7 blob that say nothing about signer or image, but that one parser or another refuses. */
export const ASN1_RECIPES: readonly RecipeRow[] = [
  recipe('digests-empty', 'an empty set of digests', { digestSet: [] }),
  recipe('digests-idle', 'a set of digests with one that no signer uses', { digestSet: ['sha1', 'sha256'] }),
  recipe('unsigned-attributes-empty', 'an empty set of unsigned attributes', { unsignedSet: 'always' }),
  recipe('crls-empty', 'an empty set of revocation lists', { revocationLists: [] }),
  recipe('crls-junk', 'a set of revocation lists with a number in it', { revocationLists: [sequence(integer(1))] }),
  recipe('crls-list', 'an empty revocation list', { revocationLists: [revocationList()] }),
  recipe('image-data-absent', 'no SpcPeImageData', { imageData: 'absent' }),
  recipe('attr-values-sorted', 'an attribute with two values', {
    extraAttributes: [attribute(NOBODYS, FIRST, SECOND)],
  }),
  recipe('attr-values-unsorted', 'the same in the other order', {
    extraAttributes: [sequence(oid(NOBODYS), setInOrder(SECOND, FIRST))],
  }),
  recipe('attr-signingtime-general', 'a signing time as GeneralizedTime before 2050', {
    extraAttributes: [attribute(CMS_OIDS.signingTime, preciseTime(WHEN))],
  }),
  recipe('attr-time-short', 'an attribute nobody knows with a UTCTime of 12 characters', {
    extraAttributes: [attribute(NOBODYS, element(0x17, utf8('260101000000')))],
  }),
  recipe('attr-time-whole', 'the same with 13 characters', { extraAttributes: [attribute(NOBODYS, time(WHEN))] }),
  [
    'two-good-absent',
    'sound, then an entry whose signer is not embedded',
    (people) =>
      signPe(PROGRAM, { signers: [{ signer: people.get('good') }, { signer: people.get('evil'), embed: [] }] }),
  ],
  [
    'two-good-data',
    'sound, then an entry whose contents are data but no OCTET STRING',
    (people) => {
      const signer = people.get('good');
      const raw = authenticodeSignature(PROGRAM, { signer, contentType: CMS_OIDS.data }, 'specification');
      return signPe(PROGRAM, { signers: [{ signer }, { raw }] });
    },
  ],
];

function recipe(name: string, doc: string, spec: Omit<PeSignatureSpec, 'signer'>): RecipeRow {
  return [name, doc, signedBy('good', PROGRAM, spec)];
}

/** CertificateList with nothing in it (RFC 5280, section 5.1); its signature is no signature. */
function revocationList(): Uint8Array {
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), element(0x05));
  const issuer = sequence(setOf(sequence(oid('2.5.4.3'), element(0x0c, utf8('Nobody')))));
  return sequence(sequence(integer(1), algorithm, issuer, time(WHEN)), algorithm, bitString(digestAlgorithm('sha256')));
}
