import type { Engine } from '../bytes/engine.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Certificate } from '../signing/signature.ts';
import { certificateOf } from './anchor-certificate.ts';
import { linuxCertificate, linuxId } from './linux-certificate.ts';

/** A key of a keyring, with the anchor that it was loaded from. */
export interface LinuxKey {
  readonly certificate: Certificate;
  readonly anchor: Anchor;
}

/** A keyring of certificates. */
export interface LinuxKeyring {
  /**
   * crypto/asymmetric_keys/asymmetric_type.c `find_asymmetric_key`: by the first identifier that is given, which may be a
   * certificate's own or its key's; when both are given, the second must be its key identifier, or it is `rejected`.
   */
  find(id: string | null, keyId: string | null): Promise<LinuxKey | 'absent' | 'rejected'>;
}

/**
 * Loads certificates into a keyring as Linux loads db (security/integrity/platform_certs/load_uefi.c): those that it
 * cannot parse are left out, and so is everything that is no certificate.
 */
export function linuxKeyring(anchors: readonly Anchor[], engine: Engine): LinuxKeyring {
  const known = new Map<string, LinuxKey[]>();
  for (const anchor of anchors) {
    if (anchor.kind !== 'certificate') continue;
    const certificate = certificateOf(anchor);
    for (const id of identifiersOf(certificate)) known.set(id, [...(known.get(id) ?? []), { certificate, anchor }]);
  }
  return {
    find: async (id, keyId) => {
      for (const key of known.get(id ?? keyId ?? '') ?? []) {
        const loaded = await linuxCertificate(key.certificate, engine);
        if ('code' in loaded) continue;
        const agrees = id === null || keyId === null || key.certificate.subjectKeyId === keyId;
        return agrees ? key : 'rejected';
      }
      return 'absent';
    },
  };
}

function identifiersOf(certificate: Certificate): readonly string[] {
  const { subjectKeyId } = certificate;
  return subjectKeyId === null ? [linuxId(certificate)] : [linuxId(certificate), subjectKeyId];
}
