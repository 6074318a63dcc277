import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import { readerOf } from '../bytes/reader.ts';
import type { EfiDetail } from './efi-detail.ts';
import type { PeImage, PeSection } from './pe-image.ts';
import { storedRange } from './pe-layout.ts';
import { sectionNamed } from './section-names.ts';

/** Where shim keeps what it trusts and what it refuses, as places in its file; null where it has nothing. */
export interface VendorTables {
  /** One DER certificate, or EFI signature lists (`VENDOR_CERT_FILE`, `VENDOR_DB_FILE`). */
  readonly authorized: ByteRange | null;
  /** EFI signature lists (`VENDOR_DBX_FILE`). */
  readonly deauthorized: ByteRange | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads the table in shim's `.vendor_cert` section (shim cert.S, include/types.h `struct cert_table`).
 *
 * ```
 * 0 authorized size   4 deauthorized size   8 authorized offset   12 deauthorized offset, from the table's start
 * ```
 * shim takes offsets and sizes as they are; here what leaves the section, or shares bytes with the table or with the
 * other list, is a finding and is not read.
 *
 * @returns null when the program has no such section.
 */
export function readVendorTables(pe: PeImage): VendorTables | null {
  const section = sectionNamed(pe, VENDOR_SECTION);
  if (section === null) return null;
  const [start, end] = storedRange(pe, section);
  if (end - start < TABLE_SIZE) {
    const text = `\`${VENDOR_SECTION}\` has ${end - start} bytes, fewer than its table`;
    return { authorized: null, deauthorized: null, findings: [vendorFinding(pe, section, text)] };
  }
  const reader = readerOf(pe.bytes.subarray(start, end), pe.layer);
  const findings: Finding[] = [];
  const read = (name: string, sizeAt: number): ByteRange | null => {
    const [size, offset] = [reader.u32(sizeAt), reader.u32(sizeAt + 8)];
    if (size === 0) return null;
    if (offset >= TABLE_SIZE && offset + size <= end - start) return [start + offset, start + offset + size];
    const text = `the ${name} is said to be ${size} bytes at ${offset} of a section of ${end - start}`;
    findings.push(vendorFinding(pe, section, text));
    return null;
  };
  const [authorized, deauthorized] = [read('vendor db', 0), read('vendor dbx', 4)];
  if (authorized === null || deauthorized === null || isApart(authorized, deauthorized)) {
    return { authorized, deauthorized, findings };
  }
  const text = 'the vendor db and the vendor dbx share bytes';
  return { authorized: null, deauthorized, findings: [...findings, vendorFinding(pe, section, text)] };
}

/** The same as regions and findings of the program. */
export function vendorDetail(pe: PeImage): EfiDetail | null {
  const tables = readVendorTables(pe);
  if (tables === null) return null;
  const lists = [
    { name: 'vendor db', range: tables.authorized },
    { name: 'vendor dbx', range: tables.deauthorized },
  ];
  const claims = lists.flatMap(({ name, range }) =>
    range === null ? [] : [{ range, role: 'section' as const, name }],
  );
  return { header: {}, claims, findings: tables.findings };
}

export const VENDOR_SECTION = '.vendor_cert';
const TABLE_SIZE = 16;

function isApart(one: ByteRange, other: ByteRange): boolean {
  return one[1] <= other[0] || other[1] <= one[0];
}

function vendorFinding(pe: PeImage, { headerRange }: PeSection, text: string): Finding {
  const [offsetBytes, end] = headerRange;
  return { code: 'shim-vendor-table', text, layer: pe.layer, offsetBytes, lengthBytes: end - offsetBytes };
}
