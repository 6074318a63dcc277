import { readU32le } from './bytes.ts';
import { peFields } from './pe-fields.ts';
import { type PeSignatureSpec, type SignPeSpec, signPe } from './sign.ts';
import type { SignerName, SignerSet } from './signer-set.ts';

/** A named file: one peculiarity each, built from a cast of signers. */
export interface Recipe {
  readonly name: string;
  /** What it tests, in a few words. */
  readonly tests: string;
  readonly build: (people: SignerSet) => Uint8Array;
}

/** One row of a table of recipes: name, what it tests, how it is built. */
export type RecipeRow = readonly [name: string, tests: string, build: (people: SignerSet) => Uint8Array];

/** Rows as recipes. */
export function recipes(rows: readonly RecipeRow[]): readonly Recipe[] {
  return rows.map(([name, tests, build]) => ({ name, tests, build }));
}

/** A builder that signs `bytes` by one signer with deviations of signature and file. */
export function signedBy(
  name: SignerName,
  bytes: Uint8Array,
  how: Partial<PeSignatureSpec> & { readonly file?: Partial<SignPeSpec> },
): (people: SignerSet) => Uint8Array {
  const { file, ...signature } = how;
  return (people) => signPe(bytes, { signers: [{ signer: people.get(name), ...signature }], ...file });
}

/** Where the first blob of the certificate table starts and ends, going by its own DER length. */
export function firstBlob(bytes: Uint8Array): { readonly start: number; readonly end: number } {
  const start = peFields(bytes).certificateTable.address + 8;
  const length = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
  return { start, end: start + 4 + length };
}

/** The offset of `wanted` in the certificate table. @throws Error when it is not there. */
export function offsetInTable(bytes: Uint8Array, wanted: Uint8Array): number {
  const { address } = peFields(bytes).certificateTable;
  const offset = Buffer.from(bytes).indexOf(wanted, address);
  if (offset === -1) throw new Error('the certificate table does not hold these bytes');
  return offset;
}

/** dwLength of the first entry. */
export function firstEntryLength(bytes: Uint8Array): number {
  return readU32le(bytes, peFields(bytes).certificateTable.address);
}
