import { concatBytes, u32be, utf8 } from './bytes.ts';
import { CMS_OIDS, forgeSignedData, type SignerInfoSpec } from './cms.ts';

/**
 * Appends a module-style signature (Linux `include/uapi/linux/module_signature.h`, `scripts/sign-file.c`).
 *
 * File = contents, detached PKCS#7 without signed attributes and without certificates, 12-byte structure, magic text.
 */
export function signAppended(bytes: Uint8Array, info: SignerInfoSpec): Uint8Array {
  const blob = forgeSignedData({
    contentType: CMS_OIDS.data,
    content: null,
    signedBytes: bytes,
    certificates: [],
    signerInfos: [{ attributes: 'none', ...info }],
  });
  return concatBytes(bytes, blob, trailer(blob.length), utf8('~Module signature appended~\n'));
}

/** `struct module_signature`: only id_type (2, PKCS#7) and the big-endian length may differ from zero. */
function trailer(signatureBytes: number): Uint8Array {
  return concatBytes(Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 0), u32be(signatureBytes));
}
