import type { Engine } from '../bytes/engine.ts';
import { type Attempt, attempt, attemptLater, type Finding, FormatError } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import type { PeImage, PeSection } from '../formats/pe.ts';
import { readPcrKeyBlock } from '../formats/small-sections.ts';
import { contentRange } from '../formats/uki-sections.ts';
import { bitStringOctets, fieldsOf, TAG } from './der-fields.ts';
import { type DerDocument, readDer } from './der.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** A public key on its own, as `.pcrpkey` holds one. */
export interface BareKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /**
   * `pkfp` of `.pcrsig`, lower-case hex: SHA-256 of what the BIT STRING of the SubjectPublicKeyInfo holds, for RSA the
   * RSAPublicKey of PKCS#1 (systemd src/shared/openssl-util.c `pubkey_fingerprint`, which calls `i2d_PublicKey`).
   */
  readonly fingerprint: string;
  readonly key: PublicKey;
}

/** The keys of a UKI's `.pcrpkey` sections, each read once. */
export interface KeyStore {
  /** Null when there is no such section, or no key in it. */
  of(section: PeSection | null): Promise<BareKey | null>;
  /** Why keys that were asked for could not be read. */
  findings(): readonly Finding[];
}

/** Reads keys when they are first asked for. */
export function keyStore(pe: PeImage, engine: Engine): KeyStore {
  const known = new Map<PeSection, Promise<Attempt<BareKey>>>();
  const faults: Finding[] = [];
  const read = async (section: PeSection): Promise<Attempt<BareKey>> => {
    const [start, end] = contentRange(pe, section);
    const key = await attemptLater(() => readPcrKey(pe.bytes.subarray(start, end), pe.layer, engine));
    // What is wrong with the PEM is a finding of the section's own layer.
    if (!key.ok && !/^(pcrpkey-pem|text-)/.test(key.finding.code)) {
      faults.push({ ...key.finding, offsetBytes: key.finding.offsetBytes + start });
    }
    return key;
  };
  return {
    of: async (section) => {
      if (section === null) return null;
      const reading = known.get(section) ?? read(section);
      known.set(section, reading);
      const key = await reading;
      return key.ok ? key.value : null;
    },
    findings: () => faults,
  };
}

/**
 * Reads a `.pcrpkey` section: one PEM block `PUBLIC KEY` up to the first NUL, and nothing else in PEM.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `pcrpkey-pem`, `pcrpkey-der`, `der-…`, `text-not-utf8`, `text-after-nul`.
 */
async function readPcrKey(bytes: Uint8Array, layer: string, engine: Engine): Promise<BareKey> {
  const block = readPcrKeyBlock(bytes, layer);
  const { der } = block;
  const document = readDer(der, { layer, offsetBytes: block.offsetBytes });
  const isWhole = document.deviation === null && document.root.end === der.length;
  const read = attempt(() => ({ key: readPublicKey(document, document.root), octets: keyOctets(document) }));
  if (!isWhole || !read.ok) {
    const what = 'the PEM block holds no DER public key';
    throw new FormatError({ code: 'pcrpkey-der', text: what, layer, offsetBytes: block.offsetBytes, lengthBytes: 0 });
  }
  const { key, octets } = read.value;
  return { spki: der, fingerprint: hexOf(await engine.digest('sha256', [octets])), key };
}

/** The contents of `subjectPublicKey` (RFC 5280, section 4.1). */
function keyOctets(document: DerDocument): Uint8Array {
  const fields = fieldsOf(document, document.root);
  fields.take(TAG.sequence, 'key algorithm');
  return bitStringOctets(document, fields.take(TAG.bitString, 'public key'));
}
