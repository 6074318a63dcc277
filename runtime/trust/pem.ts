import { FormatError } from '../bytes/format-error.ts';
import { bytesOfBase64 } from './base64.ts';

/** One block of a PEM file. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
  /** Of its `-----BEGIN` line in the file. */
  readonly offsetBytes: number;
}

/**
 * Reads all blocks of a PEM file (RFC 7468, section 3: the lax form, text between blocks is skipped).
 *
 * @throws FormatError `anchor-pem` for a block that does not end, has headers, or is not base64; `anchor-pem-label` for
 * a block that is no certificate.
 */
export function readPemCertificates(text: string, layer: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  const begin = /-----BEGIN ([^\r\n-]*)-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const [line, label = ''] = match;
    const offsetBytes = match.index;
    const fail = (code: string, what: string): FormatError =>
      new FormatError({ code, text: what, layer, offsetBytes, lengthBytes: line.length });
    if (label !== 'CERTIFICATE' && label !== 'X509 CERTIFICATE') {
      throw fail('anchor-pem-label', `a PEM block \`${label}\` among the certificates`);
    }
    const bodyStart = begin.lastIndex;
    const ending = `-----END ${label}-----`;
    const bodyEnd = text.indexOf(ending, bodyStart);
    if (bodyEnd === -1) throw fail('anchor-pem', `the PEM block has no \`${ending}\``);
    const der = bytesOfBase64(text.slice(bodyStart, bodyEnd).replace(/[ \t\r\n]/g, ''));
    if (der === null || der.length === 0) throw fail('anchor-pem', 'the PEM block is not base64');
    blocks.push({ label, der, offsetBytes });
    begin.lastIndex = bodyEnd + ending.length;
  }
  return blocks;
}
