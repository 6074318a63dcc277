import { bytesOfBase64 } from './base64.ts';
import { FormatError } from './format-error.ts';

/** One block of a PEM text. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
  /** Of its `-----BEGIN` line in the text. */
  readonly offsetBytes: number;
  /** Of the line that begins it, for findings. */
  readonly lengthBytes: number;
}

/**
 * Reads all blocks of a PEM text (RFC 7468, section 3: the lax form, text between blocks is skipped).
 *
 * @param text one character a byte, so that places in it are places in the layer.
 * @throws FormatError with the code that the caller gives, for a block that does not end, has headers, or is not base64.
 */
export function readPemBlocks(
  text: string,
  { layer, code }: { readonly layer: string; readonly code: string },
): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  const begin = /-----BEGIN ([^\r\n-]*)-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const [line, label = ''] = match;
    const at = { layer, offsetBytes: match.index, lengthBytes: line.length };
    const bodyStart = begin.lastIndex;
    const ending = `-----END ${label}-----`;
    const bodyEnd = text.indexOf(ending, bodyStart);
    if (bodyEnd === -1) throw new FormatError({ ...at, code, text: `the PEM block has no \`${ending}\`` });
    const der = bytesOfBase64(text.slice(bodyStart, bodyEnd).replace(/[ \t\r\n]/g, ''));
    if (der === null || der.length === 0) throw new FormatError({ ...at, code, text: 'the PEM block is not base64' });
    blocks.push({ label, der, offsetBytes: at.offsetBytes, lengthBytes: at.lengthBytes });
    begin.lastIndex = bodyEnd + ending.length;
  }
  return blocks;
}
