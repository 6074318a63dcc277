import { describe, expect, test } from 'vitest';
import { answers, DB, DBX, recipe, type Row } from './rows.ts';

// Each row: what is peculiar, the image that has it, a neighbour that lacks it, and what EDK2, Linux and shim say.

const LAYOUT: readonly Row[] = [
  ['data after the table', 'trail-8rand', 'good', 'image-digest-mismatch image-digest-mismatch table-not-last'],
  ['the table in a gap of the file', 'table-in-gap-exact', 'good', 'A A table-not-last'],
  ['hashed bytes between sections and table', 'overlay-signed', 'good', 'A A A'],
  ['the same, inserted later', 'overlay-inserted', 'overlay-signed', repeated('image-digest-mismatch')],
  ['a gap between sections, not hashed', 'gap-flip', 'gap', 'A A A'],
  ['a digest that hashes the gap', 'gap-flatdigest', 'gap', repeated('image-digest-mismatch')],
  ['overlapping sections', 'overlap', 'good', 'A A A'],
  [
    'overlapping sections whose sum passes the table',
    'sections-sum',
    'overlap',
    'hash-overrun !hash-overrun table-not-last',
  ],
  [
    'a section beyond the end of the file',
    'section-past-eof',
    'good',
    'pe-section-out-of-file !pe-section-out-of-file pe-sections-sum',
  ],
  ['a section in the headers', 'section-in-headers', 'good', 'pe-section-in-headers A pe-section-in-headers'],
  ['an unsorted section table', 'unsorted-raw', 'good', 'A A A'],
  [
    'a digest in the order of the table',
    'unsorted-raw-tableorder-digest',
    'unsorted-raw',
    repeated('image-digest-mismatch'),
  ],
  ['SizeOfRawData 0 at offset 0', 'section-without-raw', 'good', 'A A pe-section-in-headers'],
  ['no size in memory', 'section-virtual-size-0', 'good', 'A A pe-section-address'],
  ['SizeOfHeaders past the file', 'sizeofheaders-past-file', 'good', repeated('pe-headers-size')],
  ['SizeOfHeaders 0', 'sizeofheaders-0', 'good', 'pe-section-table pe-headers-size pe-section-table'],
  ['no sections', 'no-sections', 'good', 'A !pe-no-sections A'],
  ['fewer than five directories', 'directories-4-unsigned', 'good', 'no-signature table-out-of-file table-out-of-file'],
  ['six directories', 'directories-6', 'good', 'A A A'],
  [
    'SizeOfOptionalHeader of another size',
    'optional-header-longer',
    'good',
    'pe-optional-header-size !pe-section-out-of-file pe-optional-header-size',
  ],
  ['SizeOfImage too small', 'image-size-small', 'good', 'pe-image-size A pe-image-size'],
  ['relocations stripped', 'relocs-stripped', 'good', 'A A pe-relocations-stripped'],
  ['an odd FileAlignment', 'file-alignment-odd', 'good', 'A A pe-file-alignment'],
  ['a subsystem that is not of EFI', 'subsystem-console', 'good', 'pe-subsystem A A'],
  ['an unknown machine', 'machine-unknown', 'good', 'pe-machine A pe-machine'],
  ['CheckSum altered', 'flip-checksum', 'good', 'A A A'],
];

const TABLE: readonly Row[] = [
  ['bytes of the table after its entries', 'dirsize-plus8-rand', 'good', 'table-end A table-end'],
  ['a table that ends too early', 'dirsize-minus8', 'good', 'table-end entry-length table-not-last'],
  [
    'a table past the end of the file',
    'dirsize-plus8-pasteof',
    'good',
    'table-out-of-file table-out-of-file table-not-last',
  ],
  ['a table that ends before its padding', 'dir-unpadded', 'good', 'table-end A A'],
  ['junk after the message inside dwLength', 'wcpad-64rand', 'good', 'A A A'],
  ['dwLength past the table', 'wclen-long', 'good', 'table-end entry-length entry-length'],
  ['dwLength 7, which wraps', 'wclen-7', 'good', 'table-end A entry-length'],
  ['dwLength 1, which wraps', 'wclen-1', 'good', 'table-end A entry-length'],
  ['dwLength 0', 'wclen-0', 'good', 'table-end entry-length entry-length'],
  ['dwLength of the header alone', 'wclen-8', 'good', 'table-end entry-blob table-end'],
  ['the second of two entries trusted', 'two-evil-good', 'good', 'A signer-unknown A'],
  ['the first of two entries trusted', 'two-good-garbage', 'good', 'A A A'],
  ['a trusted and a revoked entry', 'two-good-revoked', 'two-good-good2', 'revoked-certificate A A'],
  ['another revision', 'wcrev-0300', 'good', 'A entry-revision A'],
  ['an EFI_GUID entry with PKCS#7', 'wctype-0ef1-pkcs7', 'good', 'A entry-type entry-skipped'],
  ['another type', 'wctype-1', 'good', 'entry-skipped entry-type entry-skipped'],
  ['no signature', 'unsigned', 'good', repeated('no-signature')],
  ['a directory of size 0', 'dirsize-zero', 'good', repeated('no-signature')],
  ['a table at 4 modulo 8', 'diroff-unaligned4', 'good', 'A A A'],
];

const MESSAGE: readonly Row[] = [
  ['no ContentInfo', 'p7-no-contentinfo', 'good', 'cms-digest-offset cms-unreadable cms-not-signed-data'],
  ['an indefinite length', 'p7-indefinite', 'good', 'cms-digest-offset A cms-length-form'],
  ['a length of three octets', 'p7-long-length', 'good', 'cms-digest-offset cms-length cms-length-form'],
  ['MD5', 'hash-md5', 'good', 'cms-digest-offset cms-digest-unsupported image-digest-mismatch'],
  ['SHA-1', 'hash-sha1', 'good', 'A A image-digest-mismatch'],
  ['SHA-224', 'hash-sha224', 'good', 'cms-digest-offset image-digest-algorithm image-digest-mismatch'],
  ['SHA-384', 'hash-sha384', 'good', 'A A image-digest-mismatch'],
  ['SHA-512', 'hash-sha512', 'good', 'A A image-digest-mismatch'],
  ['two digests', 'hash-image256-signer512', 'good', 'image-digest-mismatch A A'],
  [
    'a digest of another length',
    'digest-extra-byte',
    'good',
    'image-digest-mismatch image-digest-length image-digest-mismatch',
  ],
  ['no signed attributes', 'attr-none', 'good', 'A cms-no-signed-attributes A'],
  ['another contentType', 'attr-ctype-data', 'good', 'A cms-content-type-attribute A'],
  ['no contentType', 'attr-ctype-absent', 'good', 'A cms-content-type-attribute A'],
  ['attributes that are not in DER order', 'attr-unsorted', 'good', 'A A A'],
  ['the same, signed in DER order', 'attr-unsorted-signed-sorted', 'attr-unsorted', repeated('signature-bad')],
  ['another messageDigest', 'attr-md-wrong', 'good', repeated('cms-message-digest')],
  ['a signing time before the certificate', 'attr-signingtime-1999', 'attr-extra-signingtime', 'A signing-time A'],
  ['SignedData 3 with SignerInfo 1', 'version-3', 'good', 'A cms-version A'],
  ['a signer named by key identifier', 'ski', 'good', 'signers-unreadable A cms-signer-identifier'],
  ['sha256WithRSAEncryption', 'sigalg-sha256WithRSA', 'good', 'A cms-signature-algorithm A'],
  ['RSA-PSS', 'rsapss', 'good', 'signature-bad cms-signature-algorithm signature-bad'],
  ['ECDSA on x86-64', 'ecdsa-p256', 'good', 'A A elliptic-curve'],
  ['id-ecPublicKey', 'ecdsa-bare-key', 'good', 'A cms-signature-algorithm elliptic-curve'],
  ['Ed25519', 'ed25519', 'good', 'key-algorithm cms-signature-algorithm key-algorithm'],
  ['RSA of 3072 bits', 'rsa3072', 'good', 'A A A'],
  ['two SignerInfos, one of a stranger', 'si2-evil-good', 'good', 'signer-unknown A signer-unknown'],
  ['no SignerInfo', 'si0', 'good', 'signers-unreadable cms-no-signer cms-no-signer'],
  ['a signer that is not embedded', 'no-certificates', 'good', 'signers-unreadable A signer-absent'],
  ['content of another type', 'content-data', 'good', repeated('cms-content-type')],
  [
    'content in an OCTET STRING',
    'content-octet-wrapped',
    'good',
    'cms-message-digest cms-content-wrapped cms-message-digest',
  ],
  ['a stranger nested in a trusted signature', 'nested-evil-in-good', 'good', 'A A A'],
  [
    'a trusted signature nested in a stranger',
    'nested-good-in-evil',
    'nested-evil-in-good',
    repeated('signer-unknown'),
  ],
  ['a broken signature', 'flip-p7-signature', 'good', repeated('signature-bad')],
];

const TRUST: readonly Row[] = [
  ['an expired certificate', 'cert-expired', 'good', 'A A A'],
  ['a certificate that is not valid yet', 'cert-future', 'good', 'A A A'],
  ['another extended key usage', 'cert-eku-serverauth', 'good', 'A A A'],
  ['another key usage', 'cert-ku-encipher', 'good', 'A A A'],
  ['an intermediate that is no CA', 'chain-int-notca', 'chain-root-in-db', 'chain-not-ca A chain-not-ca'],
  ['an anchor that is no CA', 'chain-issuer-notca-in-db', 'chain-root-in-db', 'chain-not-ca A chain-not-ca'],
  ['a path length exceeded', 'chain-pathlen', 'chain-root-in-db', 'chain-path-length A chain-path-length'],
  ['an intermediate as the anchor', 'chain-int-in-db-leafonly', 'good', 'A A A'],
  ['the leaf as the anchor', 'chain-leaf-in-db', 'good', 'A A A'],
  ['an intermediate that is missing', 'chain-root-in-db-noint', 'chain-root-in-db', repeated('signer-unknown')],
  ['the name of a trusted certificate', 'imposter', 'good', repeated('signer-unknown')],
  ['the key and name of a trusted certificate', 'reissued', 'good', repeated('signer-unknown')],
  [
    'an embedded certificate that did not sign itself',
    'flip-p7-cert',
    'good',
    'signer-unknown certificate-self-signature signer-unknown',
  ],
  ['an image digest in db', 'imghash-db-unsigned', 'good', 'A no-signature A'],
  ['an image digest in db, with 8 zeros more', 'imghash-db-unsigned-trail', 'good', repeated('no-signature')],
  ['an image digest in dbx', 'imghash-dbx-good', 'imghash-dbx-pad8', 'revoked-image A revoked-image'],
  ['an image digest in dbx, signed with another', 'imghash-dbx-sha512signed', 'good', 'A A revoked-image'],
  ['a revoked leaf', 'dbx-leaf', 'good', 'revoked-certificate A revoked-certificate'],
  ['a revoked intermediate', 'dbx-int', 'good', 'revoked-certificate A revoked-certificate'],
  ['a TBS digest in dbx', 'dbx-leaf-tbs', 'good', 'revoked-tbs A A'],
  ['a certificate in db and in dbx', 'dbx-same-cert', 'good', 'revoked-certificate A revoked-certificate'],
  ['SBAT below the level', 'sbat-old', 'sbat-new', 'A A sbat'],
];

function repeated(code: string): string {
  return `${code} ${code} ${code}`;
}

describe.each([
  ['layout', LAYOUT],
  ['table', TABLE],
  ['message', MESSAGE],
  ['trust', TRUST],
] as const)('enforcers on the %s of a file', (_, rows) => {
  test.each(rows)('%s: %s, and not %s', async (_behaviour, image, neighbour, said) => {
    expect(await answers(recipe(image), { anchors: DB, revoked: DBX })).toBe(said);
    expect(await answers(recipe(neighbour), { anchors: DB, revoked: DBX })).toBe('A A A');
  });
});
