import { createHash } from 'node:crypto';
import { type PeFields, peFields } from './pe-fields.ts';
import type { DigestName } from './signature-algorithms.ts';

/**
 * Computes the image digest that an Authenticode signature names.
 *
 * "Windows Authenticode Portable Executable Signature Format", version 1.0, section "Calculating the PE Image Hash":
 * headers without CheckSum and without data directory 4; sections by rising file offset; what lies between the sum of
 * all that and the certificate table. `method` gives wrong digests on purpose.
 */
export function authenticodeDigest(bytes: Uint8Array, digest: DigestName, method: DigestMethod): Uint8Array {
  const hash = createHash(digest);
  for (const [start, end] of hashedRanges(peFields(bytes), bytes.length, method))
    hash.update(bytes.subarray(start, end));
  return Uint8Array.from(hash.digest());
}

/**
 * How the digest is taken: `specification`; `table-order` (sections unsorted); `without-tail` (headers and sections
 * alone); `flat` (everything before the certificate table but the two fields, as if sections did not exist).
 */
export type DigestMethod = 'specification' | 'table-order' | 'without-tail' | 'flat';

function hashedRanges(fields: PeFields, fileBytes: number, method: DigestMethod): readonly [number, number][] {
  const tableBytes = fields.certificateTable.size;
  const headersEnd = method === 'flat' ? fileBytes - tableBytes : fields.sizeOfHeaders;
  const headers: [number, number][] = [
    [0, fields.checksumOffset], // steps 3 to 5: up to CheckSum
    [fields.checksumOffset + 4, fields.certificateDirectory], // steps 6 and 7
    [fields.certificateDirectory + 8, headersEnd], // steps 8 to 10: the rest of the headers
  ];
  if (method === 'flat') return headers;
  const filled = fields.sections.filter((section) => section.size !== 0); // step 11
  if (method !== 'table-order') filled.sort((a, b) => a.offset - b.offset); // step 12
  const sections = filled.map(({ offset, size }): [number, number] => [offset, offset + size]); // steps 13 and 14
  const sum = filled.reduce((total, { size }) => total + size, fields.sizeOfHeaders);
  const tail: [number, number][] = fileBytes > sum ? [[sum, fileBytes - tableBytes]] : []; // step 15
  return [...headers, ...sections, ...(method === 'without-tail' ? [] : tail)];
}
