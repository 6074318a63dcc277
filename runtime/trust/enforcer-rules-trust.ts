import type { EnforcerRule } from './enforcer-rule.ts';
import {
  HANDLER,
  DBX,
  OPENSSL_PKCS7,
  OPENSSL_DOIT,
  OPENSSL_CHAIN,
  PKCS7_VERIFY,
  PKCS7_TRUST,
  SHIM_CERTIFICATES,
  SHIM_LISTS,
  BOTH_AUTHENTICODE,
} from './enforcer-sources.ts';

/** Rules about digests and signatures that do not fit, about trust and about revocation. */
export const TRUST_RULES = {
  // Soundness.
  'image-digest-mismatch': {
    about: 'soundness',
    doc: 'an image with another digest than was signed; for EDK2 and shim, another than the content ends in',
    ...BOTH_AUTHENTICODE,
    linux: 'verify_pefile.c pefile_digest_pe',
  },
  'signature-bad': {
    about: 'soundness',
    doc: 'a signature that does not verify, or not under a key of a size that the enforcer takes',
    edk2: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
    linux: `${PKCS7_VERIFY} pkcs7_verify_one; crypto/rsa.c rsa_check_key_length`,
    shim: `${OPENSSL_DOIT} PKCS7_signatureVerify`,
  },
  'signing-time': {
    about: 'soundness',
    doc: 'a signingTime outside the validity of the signer',
    linux: `${PKCS7_VERIFY} pkcs7_verify_one (measured)`,
  },
  // Trust.
  'signer-unknown': {
    about: 'trust',
    doc: 'a signer that leads to nobody who is trusted; in EDK2 and shim, one of several signers is enough to refuse',
    edk2: `${OPENSSL_PKCS7} (measured)`,
    linux: `${PKCS7_TRUST} (measured)`,
    shim: OPENSSL_PKCS7,
  },
  'anchor-behind-first': {
    about: 'trust',
    doc: 'a signer that leads to nobody but a certificate behind the first of its EFI signature list; such a one revokes nothing either',
    shim: SHIM_CERTIFICATES,
  },
  'anchor-for-modules': {
    about: 'trust',
    doc: 'a signer that leads to nobody but a certificate for signing modules (1.3.6.1.4.1.2312.16.1.2)',
    shim: `${SHIM_CERTIFICATES}, verify_eku`,
  },
  'anchor-length-form': {
    about: 'trust',
    doc: 'a signer that leads to nobody but a certificate whose length is not of two octets',
    shim: `${SHIM_CERTIFICATES}, verify_x509`,
  },
  'chain-signature-bad': {
    about: 'trust',
    doc: 'a certificate that the key of its issuer did not sign',
    edk2: `${OPENSSL_CHAIN} internal_verify`,
    linux: `${PKCS7_VERIFY} pkcs7_verify_sig_chain; ${PKCS7_TRUST}`,
    shim: `${OPENSSL_CHAIN} internal_verify`,
  },
  'chain-key-identifier': {
    about: 'trust',
    doc: 'an issuer with another key identifier than it is named by',
    linux: `${PKCS7_VERIFY} pkcs7_verify_sig_chain; asymmetric_type.c find_asymmetric_key`,
  },
  'chain-not-ca': {
    about: 'trust',
    doc: 'an issuer that is no CA, trusted or not',
    edk2: `${OPENSSL_CHAIN} check_extensions (measured)`,
    shim: `${OPENSSL_CHAIN} check_extensions`,
  },
  'chain-path-length': {
    about: 'trust',
    doc: 'more intermediates than an issuer allows',
    edk2: `${OPENSSL_CHAIN} check_extensions (measured)`,
    shim: `${OPENSSL_CHAIN} check_extensions`,
  },
  'chain-critical-extension': {
    about: 'trust',
    doc: 'a critical extension that OpenSSL does not know, in any certificate of the chain',
    edk2: `${OPENSSL_CHAIN} check_extensions`,
    shim: `${OPENSSL_CHAIN} check_extensions`,
  },
  'chain-name-constraints': {
    about: 'trust',
    doc: 'an issuer that constrains names: OpenSSL evaluates them, bootpol refuses',
    edk2: `${OPENSSL_CHAIN} check_name_constraints`,
    shim: `${OPENSSL_CHAIN} check_name_constraints`,
  },
  // Revocation.
  'revoked-image': {
    about: 'revocation',
    doc: 'an image whose digest is revoked; EDK2 asks in the algorithm of each signature, shim for SHA-256 and SHA-1',
    edk2: `${HANDLER} (measured)`,
    shim: SHIM_LISTS,
  },
  'revoked-certificate': {
    about: 'revocation',
    doc: 'a signature that leads to a revoked certificate; in shim it only does not count, in Linux only if built so',
    edk2: `${DBX} (measured)`,
    linux: 'certs/blacklist.c is_key_on_revocation_list, with CONFIG_SYSTEM_REVOCATION_LIST',
    shim: SHIM_LISTS,
  },
  'revoked-tbs': {
    about: 'revocation',
    doc: 'a signer, or the trusted certificate, whose TBS digest is revoked: always, or from a time on, unless an authority of dbt says that the signature was made no later',
    edk2: `${DBX}, IsAllowedByDb, PassTimestampCheck`,
  },
  'signers-unreadable': {
    about: 'revocation',
    doc: 'a message whose signers cannot be found, where there is a dbx: it refuses the file, whatever else it has',
    edk2: DBX,
  },
  sbat: {
    about: 'revocation',
    doc: 'SBAT metadata of a generation below the level, or that cannot be read',
    shim: 'sbat.c verify_sbat; pe.c verify_sbat_section',
  },
} as const satisfies Readonly<Record<string, EnforcerRule>>;
