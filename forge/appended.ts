import { concatBytes, u32be, utf8 } from './bytes.ts';
import { CMS_OIDS, forgeSignedData, type SignerInfoSpec } from './cms.ts';

/**
 * Appends a module-style signature (Linux `include/uapi/linux/module_signature.h`, `scripts/sign-file.c`).
 *
 * File = contents, detached PKCS#7 without signed attributes and without certificates, 12-byte structure, magic text. The
 * deviations of `AppendedSpec` are written as they stand.
 */
export function signAppended(bytes: Uint8Array, spec: AppendedSpec): Uint8Array {
  const { embed, contents, contentType, structure, signatureBytes, junk, signedBytes, version, ...info } = spec;
  const blob = forgeSignedData({
    contentType: contentType ?? CMS_OIDS.data,
    content: contents ?? null,
    signedBytes: signedBytes ?? bytes,
    certificates: embed ?? [],
    signerInfos: [{ attributes: 'none', ...info }],
    ...(version === undefined ? {} : { version }),
  });
  return withAppended(bytes, concatBytes(blob, junk ?? new Uint8Array(0)), {
    ...(structure === undefined ? {} : { structure }),
    ...(signatureBytes === undefined ? {} : { signatureBytes }),
  });
}

/** A signature to be appended. */
export interface AppendedSpec extends SignerInfoSpec, TrailerSpec {
  /** DER certificates to embed; default none. */
  readonly embed?: readonly Uint8Array[];
  /** Contents in the CMS itself, as a DER element; default detached. */
  readonly contents?: Uint8Array;
  readonly contentType?: string;
  /** Bytes after the CMS that the length counts. */
  readonly junk?: Uint8Array;
  /** What is signed instead of the bytes in front. */
  readonly signedBytes?: Uint8Array;
  readonly version?: number;
}

/** How the structure behind the CMS is written. */
export interface TrailerSpec {
  /** `struct module_signature` up to the length: 8 bytes, default PKCS#7 and zeros. */
  readonly structure?: Uint8Array;
  /** The length that it states. */
  readonly signatureBytes?: number;
}

/** Appends a CMS that is made already, or anything else in its place. */
export function withAppended(bytes: Uint8Array, blob: Uint8Array, trailer: TrailerSpec = {}): Uint8Array {
  const structure = trailer.structure ?? Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 0);
  const magic = utf8('~Module signature appended~\n');
  return concatBytes(bytes, blob, structure, u32be(trailer.signatureBytes ?? blob.length), magic);
}
