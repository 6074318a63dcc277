import { readU32le, zeroPadded } from './bytes.ts';
import { peFields, withoutSignatures } from './pe-fields.ts';
import { sectionsEnd } from './pe-splice.ts';

/**
 * The program without its certificate table, which must be the last thing in the file.
 *
 * @throws Error when it is not, so that nothing but signatures is ever dropped.
 */
export function unsignedProgram(bytes: Uint8Array): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  if (size === 0 && address === 0) return bytes;
  if (address + size !== bytes.length || address < sectionsEnd(bytes)) {
    throw new Error('the certificate table is not at the end of the file, behind all sections');
  }
  return withoutSignatures(bytes);
}

/**
 * The kernel as its build wrote it, before it was signed and padded to image_size: without a certificate table and
 * without the zeros behind it or behind the last section. Bytes that are not zero stay.
 */
export function bareKernel(bytes: Uint8Array): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  const sections = sectionsEnd(bytes);
  const isLast = size > 0 && address >= sections && isZeroFrom(bytes, address + size);
  if (size > 0 && !isLast) throw new Error('something stands behind the certificate table of the kernel');
  if (isLast) return withoutSignatures(bytes);
  return isZeroFrom(bytes, sections) ? bytes.subarray(0, sections) : bytes;
}

/** The kernel up to the end of its certificate table, or of its last section when it has none, without what is zero behind. */
export function trimmedKernel(bytes: Uint8Array): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  const end = size > 0 ? address + size : sectionsEnd(bytes);
  return isZeroFrom(bytes, end) ? bytes.subarray(0, end) : bytes;
}

/** image_size, kernel_asize: how much memory the kernel needs, at 16 of its header; also what packing pads it to. */
export function imageSizeOf(kernel: Uint8Array): number {
  return readU32le(kernel, IMAGE_SIZE_AT);
}

/** The kernel with zeros up to its image_size, as `Makefile.zboot` of Linux has it before it compresses. */
export function paddedKernel(kernel: Uint8Array): Uint8Array {
  return zeroPadded(kernel, imageSizeOf(kernel));
}

const IMAGE_SIZE_AT = 16;

function isZeroFrom(bytes: Uint8Array, start: number): boolean {
  if (start > bytes.length) return false;
  return bytes.subarray(start).every((byte) => byte === 0);
}
