import type { EfiDetail } from './efi-detail.ts';
import { grubDetail } from './grub-modules.ts';
import { readPe } from './pe.ts';
import { peRegions } from './pe-layout.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { overlayRegions } from './regions.ts';
import { sbatLevelDetail } from './sbat-level.ts';
import { vendorDetail } from './shim.ts';
import { zimageDetail } from './zimage.ts';

/**
 * Reads an EFI program that is none of the Linux kinds: its PE structure, and what shim, GRUB and 32-bit ARM kernels
 * keep in their sections.
 *
 * @throws FormatError `pe-…`, `truncated`.
 */
export function readEfiProgram(bytes: Uint8Array, host: ReaderHost): Reading {
  const pe = readPe(bytes, host.layer);
  const details = [vendorDetail(pe), sbatLevelDetail(pe), grubDetail(pe), zimageDetail(pe)].filter(isThere);
  const header = Object.fromEntries(details.flatMap((detail) => Object.entries(detail.header)));
  return {
    ...EMPTY_READING,
    arch: pe.arch,
    findings: [...pe.findings, ...details.flatMap(({ findings }) => findings)],
    regions: overlayRegions(
      bytes,
      peRegions(pe),
      details.flatMap(({ claims }) => claims),
    ),
    pe,
    header: Object.keys(header).length === 0 ? null : header,
  };
}

function isThere(detail: EfiDetail | null): detail is EfiDetail {
  return detail !== null;
}
