import { readPe } from './pe.ts';
import { peRegions } from './pe-layout.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';

/**
 * Reads an EFI program that is none of the Linux kinds: its PE structure is all there is to it.
 *
 * @throws FormatError `pe-…`, `truncated`.
 */
export function readEfiProgram(bytes: Uint8Array, host: ReaderHost): Reading {
  const pe = readPe(bytes, host.layer);
  return { ...EMPTY_READING, arch: pe.arch, findings: pe.findings, regions: peRegions(pe), pe };
}
