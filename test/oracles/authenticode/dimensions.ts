/**
 * How the files of the comparison are made: every dimension with its values, the usual value first.
 *
 * A value says in a few words what is peculiar about it. What the values do to a file is in `forge-variant.ts`.
 */
export const DIMENSIONS = {
  digest: {
    sha256: 'SHA-256 for image and signer',
    md5: 'MD5',
    sha1: 'SHA-1',
    sha224: 'SHA-224',
    sha384: 'SHA-384',
    sha512: 'SHA-512',
    'sha256-in-sha512': 'image SHA-256, signer SHA-512',
  },
  key: {
    rsa2048: 'RSA, 2048 bits, rsaEncryption',
    rsa1024: 'RSA, 1024 bits',
    rsa3072: 'RSA, 3072 bits',
    rsa4096: 'RSA, 4096 bits',
    'rsa-named-digest': 'RSA, algorithm sha256WithRSAEncryption',
    'rsa-pss': 'RSASSA-PSS',
    p256: 'ECDSA on P-256',
    p384: 'ECDSA on P-384',
    p521: 'ECDSA on P-521',
  },
  entries: {
    one: 'one signature',
    'good-broken': 'sound, then a broken signature',
    'broken-good': 'a broken signature, then sound',
    'good-stranger': 'sound, then a stranger',
    'stranger-good': 'a stranger, then sound',
    'good-garbage': 'sound, then no PKCS#7',
    'garbage-good': 'no PKCS#7, then sound',
    'stranger-nested': 'a stranger nested in the sound one',
    'nested-in-stranger': 'the sound one nested in a stranger',
    timestamp: 'an RFC 3161 timestamp',
    'two-signers': 'one message, signed by a stranger too',
    'appended-behind': 'a module signature behind the table',
    'appended-before': 'a module signature that the image digest covers',
  },
  chain: {
    self: 'self-signed, itself the anchor',
    root: 'leaf and intermediate embedded, the root is the anchor',
    'root-embedded': 'the root embedded too',
    intermediate: 'the intermediate is the anchor',
    leaf: 'the leaf is the anchor, its issuers are not',
    'intermediate-missing': 'intermediate neither embedded nor trusted',
    'signer-absent': 'the signer is not embedded, its issuers are',
    'anchor-absent': 'self-signed anchor, not embedded',
    'leaf-expired': 'the leaf expired',
    'intermediate-expired': 'the intermediate expired',
    'not-ca': 'the intermediate is no CA',
    'path-length': 'path length 0, exceeded',
    'wrong-name': 'the intermediate has another name than the leaf says',
    'wrong-key': 'the intermediate has another key than signed the leaf',
    'eku-absent': 'no extended key usage',
    'eku-server': 'extended key usage serverAuth',
    'key-usage': 'key usage keyEncipherment',
    stranger: 'self-signed, not the anchor',
    'stranger-chain': 'leaf and intermediate embedded, their root is not the anchor',
    imposter: 'the subject of the anchor, another key',
  },
  attributes: {
    usual: 'contentType and messageDigest',
    none: 'no signed attributes',
    'content-type-absent': 'no contentType',
    'content-type-data': 'contentType says data',
    'digest-wrong': 'messageDigest wrong',
    'signing-time': 'with a signingTime',
    unsorted: 'not in DER order, signed as they lie',
    'unsorted-signed-sorted': 'not in DER order, signed in DER order',
  },
  table: {
    exact: 'dwLength to the end of the message',
    padded: 'dwLength with the padding',
    unpadded: 'file and directory end with the message',
    'length-odd': 'an odd dwLength',
    'length-long': 'dwLength past the directory',
    'length-short': 'dwLength 7',
    'junk-inside': '64 bytes behind the message, inside dwLength',
    'junk-padding': 'padding that is not zero',
    'junk-behind': '8 bytes behind the entries, inside the directory',
    'zeros-behind': '512 zeros behind the entries, inside the directory',
    'revision-1': 'revision 1.0',
    'type-x509': 'type X.509',
    truncated: 'a directory that ends 8 bytes early',
    trailing: '8 bytes behind the table',
  },
  layout: {
    plain: 'headers, three sections, table',
    overlay: '128 bytes behind the sections',
    'odd-length': '5 bytes behind the sections, padded to 8',
    gap: '512 bytes between sections, digest by the specification',
    'gap-hashed': '512 bytes between sections, digest over them too',
    'headers-short': 'SizeOfHeaders ends before the first section',
    unsorted: 'section table not in the order of the file',
    'unsorted-hashed': 'the same, digest in the order of the section table',
    overlap: 'sections that share 256 bytes',
    'past-end': 'a section longer than the file',
    'no-raw-data': 'a section without raw data',
    alignment: 'FileAlignment 32',
    checksum: 'CheckSum wrong',
    directories: 'six data directories',
    pe32: 'PE32 for x86',
    arm64: 'for AArch64',
    riscv64: 'for RISC-V',
  },
  image: {
    'as-signed': 'as it was signed',
    header: 'a byte of the headers altered',
    section: 'a byte of a section altered',
    tail: 'the last byte before the table altered',
    checksum: 'a byte of CheckSum altered',
    directory: 'a bit of the size in the certificate directory altered',
  },
  message: {
    'as-signed': 'as it was signed',
    signature: 'a bit of the signature altered',
    certificate: "a bit of the signer's certificate altered",
    digest: 'a bit of the stated image digest altered',
    'wrong-key': 'signed by another key than the certificate has',
  },
} as const;

/** Name of a dimension. */
export type Dimension = keyof typeof DIMENSIONS;

/** One value of each dimension. */
export type Construction = { readonly [D in Dimension]: keyof (typeof DIMENSIONS)[D] };

/** The usual value everywhere: a file that every tool and every profile takes. */
export const USUAL: Construction = {
  digest: 'sha256',
  key: 'rsa2048',
  entries: 'one',
  chain: 'self',
  attributes: 'usual',
  table: 'exact',
  layout: 'plain',
  image: 'as-signed',
  message: 'as-signed',
};

/** Some values of some dimensions; `all` is all of them. */
export type Selection = { readonly [D in Dimension]?: 'all' | readonly Construction[D][] };

/** What is multiplied with what: within a selection every value meets every other; dimensions not named stay usual. */
export const CROSSED: readonly Selection[] = [
  { digest: 'all', key: 'all' },
  { digest: 'all', attributes: 'all' },
  { digest: 'all', entries: 'all' },
  { digest: 'all', image: 'all' },
  { key: ['rsa2048', 'rsa4096', 'rsa-pss', 'p256', 'p521'], chain: 'all' },
  { key: 'all', message: 'all' },
  { entries: 'all', chain: 'all' },
  { entries: 'all', table: 'all' },
  { entries: 'all', message: 'all' },
  { attributes: 'all', message: 'all' },
  { table: 'all', image: 'all' },
  { layout: 'all', image: 'all' },
  {
    digest: ['sha256', 'sha384'],
    key: ['rsa2048', 'p256'],
    entries: ['one', 'stranger-good'],
    chain: ['self', 'root', 'not-ca', 'stranger'],
    image: ['as-signed', 'section'],
  },
];
