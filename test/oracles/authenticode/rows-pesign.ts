import type { Construction, Selection } from './dimensions.ts';
import type { Row } from './row.ts';

const LISTED = { tool: 'pesigcheck', question: 'listed' } as const;

/** Entries of which pesigcheck reads one that states the digest of the good signature. */
const READ_ENTRIES: readonly Construction['entries'][] = [
  'one',
  'good-broken',
  'broken-good',
  'good-stranger',
  'stranger-good',
  'good-garbage',
  'stranger-nested',
  'timestamp',
  'two-signers',
  'appended-before',
];
/** Tables of which pesigcheck reads the message, and which are the end of the file. */
const READ_TABLES: readonly Construction['table'][] = [
  'exact',
  'padded',
  'unpadded',
  'length-odd',
  'junk-inside',
  'junk-padding',
  'junk-behind',
  'zeros-behind',
  'type-x509',
];
/** Layouts whose headers, sections and table are the whole file. */
const FILLED_LAYOUTS: readonly Construction['layout'][] = [
  'plain',
  'unsorted',
  'unsorted-hashed',
  'no-raw-data',
  'alignment',
  'checksum',
  'directories',
  'pe32',
  'arm64',
  'riscv64',
];
/** A table that is longer than what the file has left for it, or sections that are. */
const OUT_OF_FILE: readonly Selection[] = [
  { layout: ['overlap', 'past-end'] },
  {
    image: ['directory'],
    layout: FILLED_LAYOUTS,
    table: [...READ_TABLES, 'length-long', 'length-short', 'revision-1'],
  },
];

/** Where pesign and its pesigcheck differ. */
export const PESIGN_ROWS: readonly Row[] = [
  {
    tool: 'pesign',
    question: 'digest',
    name: 'pesign-out-of-file',
    difference: 'crashes',
    against: ['reader'],
    when: OUT_OF_FILE,
    what: 'runs on after a digest that it could not take, because bytes lie outside the file',
    source: 'pesign src/cms_pe_common.c generate_digest; src/pesign.c main',
  },
  {
    tool: 'pesign',
    question: 'signers',
    name: 'pesign-two-signers',
    difference: 'another',
    against: ['reader'],
    when: [{ entries: ['two-signers'] }],
    says: 'No signer common name',
    what: 'names nobody when a message has several signers',
    source: 'NSS lib/pkcs7/p7decode.c sec_pkcs7_verify_signature, for sec_pkcs7_get_signer_cert_info',
  },
  {
    tool: 'pesigcheck',
    question: 'trusted',
    name: 'pesigcheck-no-certificate',
    difference: 'refuses',
    against: ['edk2', 'shim', 'linux', 'strict'],
    when: [{}],
    what: 'asks NSS for a TLS server, but trusts the certificate for signing objects: no certificate is ever enough',
    source: 'pesign 0.112 src/certdb.c check_cert: certUsageSSLServer, trust `,,P`',
  },
  {
    ...LISTED,
    name: 'pesigcheck-signature-fits',
    difference: 'refuses',
    against: ['edk2', 'shim'],
    when: [
      { digest: ['md5', 'sha1', 'sha224', 'sha384', 'sha512'], entries: READ_ENTRIES },
      { image: ['header', 'section', 'tail'], table: [...READ_TABLES, 'trailing'] },
      { message: ['digest'], entries: READ_ENTRIES },
      { layout: ['gap-hashed', 'unsorted-hashed'] },
      { table: ['trailing'] },
      { entries: ['appended-behind'] },
    ],
    what: 'also wants the last 32 bytes of every content to be the SHA-256 digest of the image',
    source: 'pesign src/pesigcheck.c check_signature, cert_matches_digest',
  },
  {
    ...LISTED,
    name: 'pesigcheck-garbage',
    difference: 'crashes',
    against: ['edk2', 'shim'],
    when: [
      { entries: ['garbage-good'], table: [...READ_TABLES, 'trailing', 'truncated'] },
      {
        entries: ['good-garbage'],
        table: READ_TABLES,
        digest: ['sha256', 'sha256-in-sha512'],
        message: ['as-signed', 'signature', 'certificate', 'wrong-key'],
      },
    ],
    what: 'asks what an entry is that NSS could not decode',
    source: 'pesign src/pesigcheck.c cert_matches_digest: SEC_PKCS7ContentIsSigned of nothing',
  },
  {
    ...LISTED,
    name: 'pesigcheck-out-of-file',
    difference: 'crashes',
    against: ['edk2', 'shim'],
    when: OUT_OF_FILE,
    what: 'runs on after a digest that it could not take, because bytes lie outside the file',
    source: 'pesign src/cms_pe_common.c generate_digest; src/pesigcheck.c check_signature',
  },
  {
    ...LISTED,
    name: 'pesigcheck-digests-differ',
    difference: 'takes',
    against: ['edk2'],
    when: [{ digest: ['sha256-in-sha512'] }],
    lacks: ['image-digest-mismatch'],
    what: 'reads the digest of the content, where EDK2 takes the first digest of the message for its algorithm',
    source: 'pesign src/pesigcheck.c cert_matches_digest; EDK2 DxeImageVerificationLib.c HashPeImageByType',
  },
  {
    ...LISTED,
    name: 'pesigcheck-table-form',
    difference: 'takes',
    against: ['edk2', 'shim'],
    when: [
      { table: ['unpadded', 'length-long', 'length-short', 'junk-behind', 'zeros-behind', 'truncated', 'type-x509'] },
    ],
    lacks: ['table-end', 'entry-skipped', 'table-not-last'],
    what: 'ends the table where an entry cannot be, and reads entries of any type',
    source: 'pesign src/wincert.c next_cert',
  },
  {
    ...LISTED,
    name: 'pesigcheck-headers',
    difference: 'takes',
    against: ['shim'],
    when: [{ layout: ['no-raw-data', 'riscv64'] }],
    lacks: ['pe-section-in-headers', 'pe-machine'],
    what: 'asks neither for the machine nor for where sections without bytes start',
    source: 'pesign src/cms_pe_common.c generate_digest; shim pe-relocate.c read_header, get_section_vma',
  },
];
