import { FormatError } from '../bytes/format-error.ts';
import { type PemBlock, readPemBlocks } from '../bytes/pem.ts';

/**
 * Reads the certificates of a PEM file.
 *
 * @throws FormatError `anchor-pem` for a block that does not end, has headers, or is not base64; `anchor-pem-label` for
 * a block that is no certificate.
 */
export function readPemCertificates(text: string, layer: string): readonly PemBlock[] {
  const blocks = readPemBlocks(text, { layer, code: 'anchor-pem' });
  for (const { label, offsetBytes, lengthBytes } of blocks) {
    if (label === 'CERTIFICATE' || label === 'X509 CERTIFICATE') continue;
    const what = `a PEM block \`${label}\` among the certificates`;
    throw new FormatError({ code: 'anchor-pem-label', text: what, layer, offsetBytes, lengthBytes });
  }
  return blocks;
}
