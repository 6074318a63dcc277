import { FormatError } from '../bytes/format-error.ts';
import { appearanceOf } from './appearance.ts';
import { identifyProgram } from './identify.ts';
import { EMPTY_READING, plainPart, type Reading, type ReaderHost } from './reading.ts';
import { wholeRegion } from './regions.ts';

/**
 * Reads the `.linux` section of a UKI: its one part is the program that the section holds, in full.
 *
 * @throws FormatError `linux-unrecognised` when it carries the marks of no bootable format; a stub would refuse it too.
 */
export function readLinuxSection(bytes: Uint8Array, host: ReaderHost): Reading {
  const identified = identifyProgram(bytes, host.layer);
  if (identified === null) {
    const text = `the kernel section holds ${appearanceOf(bytes)}, which no stub can start`;
    throw new FormatError({ code: 'linux-unrecognised', text, layer: host.layer, offsetBytes: 0, lengthBytes: 0 });
  }
  const { kind } = identified;
  return {
    ...EMPTY_READING,
    regions: wholeRegion(bytes, 'kernel'),
    parts: [plainPart({ slot: kind, kind, range: [0, bytes.length] })],
  };
}
