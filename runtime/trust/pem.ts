import { base64Of } from '../bytes/base64.ts';
import { attempt, FormatError } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { type PemBlock, readPemBlocks } from '../bytes/pem.ts';
import { sha256 } from '../codecs/sha256.ts';
import type { Anchor } from '../contract/anchor.ts';
import { readDer } from '../signing/der.ts';
import { readPublicKey } from '../signing/public-key.ts';
import { anchorCertificate } from './anchor-certificate.ts';

/**
 * Reads the certificates and bare public keys of a PEM file.
 *
 * @throws FormatError `anchor-pem` for a block that does not end, has headers, or is not base64; `anchor-pem-label` for
 * a block of another kind; `anchor-certificate` and `anchor-public-key` for one that does not hold what it says.
 */
export function readPemAnchors(text: string, layer: string): readonly Anchor[] {
  return readPemBlocks(text, { layer, code: 'anchor-pem' }).map((block) => anchorOf(block, layer));
}

function anchorOf(block: PemBlock, layer: string): Anchor {
  const { label, der, offsetBytes, lengthBytes } = block;
  if (CERTIFICATE_LABELS.includes(label)) return anchorCertificate(der, { layer, offsetBytes });
  if (label === 'PUBLIC KEY') return publicKey(block, layer);
  const what = `a PEM block \`${label}\`, which is neither a certificate nor a public key`;
  throw new FormatError({ code: 'anchor-pem-label', text: what, layer, offsetBytes, lengthBytes });
}

const CERTIFICATE_LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE'];

/** RFC 7468, section 13: a SubjectPublicKeyInfo. */
function publicKey({ der, offsetBytes, lengthBytes }: PemBlock, layer: string): Anchor {
  const read = attempt(() => {
    const document = readDer(der, { layer, offsetBytes: 0 });
    readPublicKey(document, document.root);
    return document.deviation === null && document.root.end === der.length;
  });
  if (read.ok && read.value) return { kind: 'public-key', spki: base64Of(der), sha256: hexOf(sha256(der)) };
  const text = `not a public key in DER: ${read.ok ? 'it is not encoded as DER' : read.finding.text}`;
  throw new FormatError({ code: 'anchor-public-key', text, layer, offsetBytes, lengthBytes });
}
