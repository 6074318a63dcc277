import { attempt, FormatError } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { Anchor } from '../contract/anchor.ts';
import { readPe } from '../formats/pe.ts';
import { readVendorTables } from '../formats/shim.ts';
import { readAnchorFile } from './anchor-file.ts';

/** Whom a shim was built to believe and not to believe, or the one fault that makes its lists unusable. */
export type ShimVendor =
  | { readonly ok: true; readonly vendor: readonly Anchor[]; readonly vendorDbx: readonly Anchor[] }
  | { readonly ok: false; readonly text: string; readonly offsetBytes: number };

/** Reads the lists in a shim's `.vendor_cert` section; a program without one has none. */
export function readShimVendor(bytes: Uint8Array): ShimVendor {
  const read = attempt(() => {
    const tables = readVendorTables(readPe(bytes, 'shim'));
    const [finding] = tables?.findings ?? [];
    if (finding !== undefined) throw new FormatError(finding);
    return {
      vendor: anchorsAt(bytes, tables?.authorized ?? null),
      vendorDbx: anchorsAt(bytes, tables?.deauthorized ?? null),
    };
  });
  if (read.ok) return { ok: true, ...read.value };
  return { ok: false, text: read.finding.text, offsetBytes: read.finding.offsetBytes };
}

function anchorsAt(bytes: Uint8Array, range: ByteRange | null): readonly Anchor[] {
  if (range === null) return [];
  const [start, end] = range;
  const read = readAnchorFile(bytes.subarray(start, end), 'shim');
  if (read.ok) return read.anchors;
  const { code, text } = read;
  throw new FormatError({ code, text, layer: 'shim', offsetBytes: start + read.offsetBytes, lengthBytes: 0 });
}
