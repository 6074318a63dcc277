import type { EnforcerRule } from './enforcer-rule.ts';
import {
  HASH_TYPE,
  AUTHENTICODE,
  OPENSSL_PKCS7,
  OPENSSL_DOIT,
  STRIP,
  PKCS7_PARSER,
  PKCS7_VERIFY,
  MSCODE,
  BOTH_AUTHENTICODE,
} from './enforcer-sources.ts';

/** Rules about the form of the CMS message and its algorithms. */
export const MESSAGE_RULES = {
  // The CMS message.
  'cms-length': {
    about: 'form',
    doc: 'a message of more than 65,535 bytes',
    linux: `${STRIP}; lib/asn1_decoder.c`,
  },
  'cms-length-form': {
    about: 'form',
    doc: 'a ContentInfo whose lengths are not written in two octets',
    edk2: 'CryptoPkg CryptPkcs7VerifyCommon.c WrapPkcs7Data',
    shim: 'CryptPkcs7Verify.c WrapPkcs7Data',
  },
  'cms-digest-offset': {
    about: 'form',
    doc: 'a message without SHA-1, SHA-256, SHA-384 or SHA-512 as the first digest, at offset 32',
    edk2: `${HASH_TYPE} (measured)`,
  },
  'cms-unreadable': {
    about: 'form',
    doc: 'ASN.1 that is not a SignedData with certificates and signers',
    edk2: 'OpenSSL pk7_asn1.c d2i_PKCS7',
    linux: `${PKCS7_PARSER} pkcs7_parse_message`,
    shim: 'OpenSSL pk7_asn1.c d2i_PKCS7',
  },
  'cms-not-signed-data': {
    about: 'form',
    doc: 'a message without a ContentInfo of SignedData around it',
    edk2: `${AUTHENTICODE} (measured)`,
    shim: BOTH_AUTHENTICODE.shim,
  },
  'cms-ber': {
    about: 'form',
    doc: 'strings in pieces (Linux); BER or unsorted values in the signed attributes, which OpenSSL encodes anew',
    edk2: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
    linux: 'pkcs7.asn1',
    shim: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
  },
  'cms-content-type': {
    about: 'form',
    doc: 'content that is not SpcIndirectDataContent',
    ...BOTH_AUTHENTICODE,
    linux: `${PKCS7_VERIFY} pkcs7_verify (measured)`,
  },
  'cms-detached': {
    about: 'form',
    doc: 'a message without content',
    edk2: `${AUTHENTICODE}: a null pointer`,
    linux: `${PKCS7_VERIFY} verify_pkcs7_message_sig`,
    shim: BOTH_AUTHENTICODE.shim,
    crashes: ['edk2'],
  },
  'cms-content-form': {
    about: 'form',
    doc: 'content that cannot be read as what it says it is',
    ...BOTH_AUTHENTICODE,
    linux: 'mscode.asn1',
  },
  'cms-content-short': {
    about: 'form',
    doc: 'content that is shorter than the image digest: what lies before it would be compared',
    ...BOTH_AUTHENTICODE,
    crashes: ['edk2', 'shim'],
  },
  'cms-content-wrapped': {
    about: 'form',
    doc: 'an OCTET STRING around the content',
    linux: 'mscode.asn1',
  },
  'cms-data-type': {
    about: 'form',
    doc: 'content about something that is no PE image',
    linux: `${MSCODE} mscode_note_content_type`,
  },
  'cms-revocation-lists': {
    about: 'form',
    doc: 'revocation lists; for OpenSSL, such as cannot be read as revocation lists',
    edk2: 'OpenSSL pk7_asn1.c (measured)',
    linux: 'pkcs7.asn1 (measured)',
    shim: 'OpenSSL pk7_asn1.c (measured)',
  },
  'cms-empty-set': {
    about: 'form',
    doc: 'a set of digests or of unsigned attributes that is empty',
    linux: 'pkcs7.asn1 (measured)',
  },
  'cms-attribute-value': {
    about: 'form',
    doc: 'an attribute with a time, BMPString or UniversalString of an impossible length',
    edk2: 'OpenSSL tasn_dec.c asn1_ex_c2i (measured)',
  },
  'cms-certificate-kind': {
    about: 'form',
    doc: 'an embedded certificate that is not X.509',
    edk2: 'OpenSSL pk7_asn1.c',
    linux: `${PKCS7_PARSER} pkcs7_extract_cert`,
    shim: 'OpenSSL pk7_asn1.c',
  },
  'cms-version': {
    about: 'form',
    doc: 'versions other than 1 and 1 with issuer and serial number, or 3 and 3 with a key identifier',
    linux: `${PKCS7_PARSER} pkcs7_note_signerinfo_version`,
  },
  'cms-signer-identifier': {
    about: 'form',
    doc: 'a signer named by key identifier',
    edk2: 'OpenSSL pk7_asn1.c PKCS7_SIGNER_INFO',
    shim: 'OpenSSL pk7_asn1.c PKCS7_SIGNER_INFO',
  },
  'cms-no-signer': {
    about: 'form',
    doc: 'a message without a SignerInfo',
    edk2: `${OPENSSL_PKCS7} (measured)`,
    linux: `${PKCS7_PARSER} (measured)`,
    shim: OPENSSL_PKCS7,
  },
  'cms-no-signed-attributes': {
    about: 'form',
    doc: 'a SignerInfo without signed attributes',
    linux: `${PKCS7_PARSER} pkcs7_note_signed_info`,
  },
  'cms-content-type-attribute': {
    about: 'form',
    doc: 'a contentType attribute that is absent or says something else than the content',
    linux: `${PKCS7_PARSER} pkcs7_sig_note_authenticated_attr (measured)`,
  },
  'cms-repeated-attribute': {
    about: 'form',
    doc: 'a signed attribute that Linux knows, twice or with two values',
    linux: `${PKCS7_PARSER} pkcs7_sig_note_authenticated_attr`,
  },
  'cms-ml-dsa-digest': {
    about: 'algorithm',
    doc: 'ML-DSA over attributes with another digest than SHA-512',
    linux: 'public_key.c software_key_determine_akcipher (measured)',
  },
  'cms-message-digest': {
    about: 'soundness',
    doc: 'a messageDigest that is not the digest of the content',
    edk2: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
    linux: `${PKCS7_VERIFY} pkcs7_digest`,
    shim: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
  },
  'signer-absent': {
    about: 'form',
    doc: 'a signer whose certificate is not embedded',
    edk2: `${OPENSSL_DOIT} PKCS7_get0_signers`,
    shim: `${OPENSSL_DOIT} PKCS7_get0_signers`,
  },
  // Algorithms.
  'cms-digest-unsupported': {
    about: 'algorithm',
    doc: "a signer's digest that is not SHA-1, SHA-2 or SHA-3",
    linux: `${PKCS7_PARSER} pkcs7_sig_note_digest_algo (measured)`,
  },
  'cms-digest-set': {
    about: 'algorithm',
    doc: "a set of digests with one that is unknown, or without the signer's",
    edk2: `${OPENSSL_DOIT} PKCS7_dataInit`,
    shim: `${OPENSSL_DOIT} PKCS7_dataInit`,
  },
  'cms-signature-algorithm': {
    about: 'algorithm',
    doc: 'a signature algorithm other than rsaEncryption, ecdsa-with-SHA and ML-DSA',
    linux: `${PKCS7_PARSER} pkcs7_sig_note_pkey_algo (measured)`,
  },
  'image-digest-algorithm': {
    about: 'algorithm',
    doc: 'an image digest that is not SHA-1, SHA-256, SHA-384, SHA-512 or SHA-3',
    linux: `${MSCODE} mscode_note_digest_algo (measured)`,
  },
  'image-digest-length': {
    about: 'form',
    doc: 'an image digest of another length than its algorithm has',
    linux: 'verify_pefile.c pefile_digest_pe',
  },
  'key-algorithm': {
    about: 'algorithm',
    doc: 'a key that is neither RSA nor on an elliptic curve',
    edk2: `${OPENSSL_DOIT} (measured)`,
    shim: OPENSSL_DOIT,
  },
  'elliptic-curve': {
    about: 'algorithm',
    doc: 'a key on an elliptic curve: EDK2 takes it on x86-64 only (measured); for shim it is not established',
    edk2: 'EDK2 2026.08 for AArch64, measured',
    shim: 'not established, so refused',
  },
  'certificate-algorithm': {
    about: 'algorithm',
    doc: 'an embedded certificate, needed or not, with a key or a signature that Linux does not have',
    linux: 'x509_cert_parser.c x509_note_sig_algo, x509_extract_key_data',
  },
  'certificate-time': {
    about: 'form',
    doc: 'an embedded certificate, needed or not, with a GeneralizedTime before 2050 in its validity',
    linux: 'x509_cert_parser.c x509_decode_time',
  },
  'certificate-self-signature': {
    about: 'soundness',
    doc: 'an embedded certificate, needed or not, that names itself as its issuer and did not sign itself',
    linux: 'x509_public_key.c x509_check_for_self_signed (measured)',
  },
} as const satisfies Readonly<Record<string, EnforcerRule>>;
