import { authenticodeDigest } from './authenticode-digest.ts';
import { attribute, CMS_OIDS } from './cms.ts';
import { octetString, oid, sequence, utf8String } from './der.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { authenticodeSignature, signPe } from './sign.ts';
import type { SignerName, SignerSet } from './signer-set.ts';
import { smallProgram } from './small-program.ts';

const PROGRAM = smallProgram({});
const DIGEST = authenticodeDigest(PROGRAM, 'sha256', 'specification');

/** Digests, algorithms, attributes, contents and numbers of signers inside the PKCS#7 blob. */
export const CMS_RECIPES: readonly RecipeRow[] = [
  ['hash-md5', 'MD5', signedBy('good', PROGRAM, { digest: 'md5' })],
  ['hash-sha1', 'SHA-1', signedBy('good', PROGRAM, { digest: 'sha1' })],
  ['hash-sha224', 'SHA-224', signedBy('good', PROGRAM, { digest: 'sha224' })],
  ['hash-sha384', 'SHA-384', signedBy('good', PROGRAM, { digest: 'sha384' })],
  ['hash-sha512', 'SHA-512', signedBy('good', PROGRAM, { digest: 'sha512' })],
  [
    'hash-image256-signer512',
    'image digest SHA-256, signer digest SHA-512',
    signedBy('good', PROGRAM, { digest: 'sha512', imageDigest: 'sha256' }),
  ],
  [
    'hash-image256-signer224',
    'image digest SHA-256, signer digest SHA-224',
    signedBy('good', PROGRAM, { digest: 'sha224', imageDigest: 'sha256' }),
  ],
  [
    'hash-image1-signer256',
    'image digest SHA-1, signer digest SHA-256',
    signedBy('good', PROGRAM, { digest: 'sha256', imageDigest: 'sha1' }),
  ],
  ['digest-truncated', '20 of 32 digest bytes', signedBy('good', PROGRAM, { imageDigestValue: DIGEST.slice(0, 20) })],
  [
    'digest-extra-byte',
    '33 digest bytes',
    signedBy('good', PROGRAM, { imageDigestValue: Uint8Array.from([...DIGEST, 0]) }),
  ],
  [
    'sigalg-sha256WithRSA',
    'signature algorithm sha256WithRSAEncryption instead of rsaEncryption',
    signedBy('good', PROGRAM, { algorithm: 'with-digest' }),
  ],
  ['rsapss', 'RSASSA-PSS', signedBy('good', PROGRAM, { algorithm: 'pss' })],
  ['rsa1024', 'RSA of 1024 bits', signedBy('rsa1024', PROGRAM, {})],
  ['rsa3072', 'RSA of 3072 bits', signedBy('rsa3072', PROGRAM, {})],
  ['rsa4096', 'RSA of 4096 bits', signedBy('rsa4096', PROGRAM, {})],
  ['ecdsa-p256', 'ECDSA on P-256', signedBy('p256', PROGRAM, {})],
  ['ecdsa-p384-sha384', 'ECDSA on P-384 with SHA-384', signedBy('p384', PROGRAM, { digest: 'sha384' })],
  ['ecdsa-p384-sha256', 'ECDSA on P-384 with SHA-256', signedBy('p384', PROGRAM, {})],
  ['ecdsa-p521-sha512', 'ECDSA on P-521 with SHA-512', signedBy('p521', PROGRAM, { digest: 'sha512' })],
  ['ecdsa-bare-key', 'signature algorithm id-ecPublicKey', signedBy('p256', PROGRAM, { algorithm: 'bare-key' })],
  ['ed25519', 'Ed25519', signedBy('ed25519', PROGRAM, {})],
  ['attr-none', 'no signed attributes', signedBy('good', PROGRAM, { attributes: 'none' })],
  ['attr-md-wrong', 'messageDigest wrong', signedBy('good', PROGRAM, { messageDigest: new Uint8Array(32).fill(1) })],
  ['attr-ctype-data', 'contentType says data', signedBy('good', PROGRAM, { contentTypeAttribute: CMS_OIDS.data })],
  ['attr-ctype-absent', 'no contentType attribute', signedBy('good', PROGRAM, { contentTypeAttribute: 'absent' })],
  [
    'attr-unsorted',
    'attributes not in DER order, signed so',
    signedBy('good', PROGRAM, { attributeOrder: 'reversed' }),
  ],
  [
    'attr-unsorted-signed-sorted',
    'attributes not in DER order, signed in DER order',
    signedBy('good', PROGRAM, { attributeOrder: 'reversed-but-signed-sorted' }),
  ],
  [
    'attr-extra-signingtime',
    'signing time',
    signedBy('good', PROGRAM, { signingTime: new Date('2025-06-01T12:00:00Z') }),
  ],
  [
    'attr-signingtime-1999',
    'signing time before the certificate',
    signedBy('good', PROGRAM, { signingTime: new Date('1999-01-01T00:00:00Z') }),
  ],
  [
    'attr-opus-stmt',
    'SpcSpOpusInfo and individual code signing',
    signedBy('good', PROGRAM, {
      extraAttributes: [
        attribute(CMS_OIDS.spcOpusInfo, sequence()),
        attribute(CMS_OIDS.spcStatementType, sequence(oid(CMS_OIDS.spcIndividualPurpose))),
      ],
    }),
  ],
  [
    'unauth-unknown',
    'an unsigned attribute nobody knows',
    signedBy('good', PROGRAM, { unsignedAttributes: [attribute('1.3.6.1.4.1.99999.1', utf8String('unknown'))] }),
  ],
  ['nested-evil-in-good', 'a stranger nested in an unsigned attribute', nested('good', 'evil')],
  ['nested-good-in-evil', 'a trusted signature nested in a stranger', nested('evil', 'good')],
  [
    'content-data',
    'contents are plain data, not SpcIndirectDataContent',
    signedBy('good', PROGRAM, { contentType: CMS_OIDS.data, contentForm: 'raw-digest' }),
  ],
  [
    'content-octet-wrapped',
    'contents wrapped in an OCTET STRING',
    signedBy('good', PROGRAM, { contentForm: 'octet-string' }),
  ],
  ['version-3', 'SignedData of version 3', signedBy('good', PROGRAM, { version: 3 })],
  [
    'ski',
    'signer named by key identifier',
    signedBy('good', PROGRAM, { identifier: 'subject-key-identifier', version: 3 }),
  ],
  [
    'ski-version-1',
    'signer named by key identifier, versions 1',
    signedBy('good', PROGRAM, { identifier: 'subject-key-identifier', infoVersion: 1 }),
  ],
  ['si2-good-evil', 'two SignerInfos, trusted and stranger', twoInfos('good', 'evil')],
  ['si2-evil-good', 'two SignerInfos, stranger and trusted', twoInfos('evil', 'good')],
  ['si0', 'no SignerInfo at all', signedBy('good', PROGRAM, { infos: 'only-others' })],
  ['signature-empty', 'a messageDigest of no bytes', signedBy('good', PROGRAM, { messageDigest: new Uint8Array(0) })],
  ['no-certificates', 'the signer is not embedded', signedBy('good', PROGRAM, { embed: [] })],
  [
    'extra-junk-certificate',
    'an element that is no certificate',
    signedBy('good', PROGRAM, { embed: [octetString(DIGEST)] }),
  ],
];

function nested(outer: SignerName, inner: SignerName): (people: SignerSet) => Uint8Array {
  return (people) => {
    const blob = authenticodeSignature(PROGRAM, { signer: people.get(inner) }, 'specification');
    const unsignedAttributes = [attribute(CMS_OIDS.spcNestedSignature, blob)];
    return signPe(PROGRAM, { signers: [{ signer: people.get(outer), unsignedAttributes }] });
  };
}

function twoInfos(first: SignerName, second: SignerName): (people: SignerSet) => Uint8Array {
  return (people) =>
    signPe(PROGRAM, { signers: [{ signer: people.get(first), coSigners: [{ signer: people.get(second) }] }] });
}
