import { EMPTY_READING, type Reading } from './reading.ts';
import { wholeRegion } from './regions.ts';

/** A section whose contents have no structure of their own here: command lines, device trees, microcode … */
export function readPlainSection(bytes: Uint8Array): Reading {
  return { ...EMPTY_READING, regions: wholeRegion(bytes, 'contents') };
}
