import { identifyCodec } from '../codecs/codec.ts';
import { type Finding, FormatError } from '../bytes/format-error.ts';
import { encodedEnd } from './encoded-end.ts';
import { identifyProgram } from './identify.ts';
import { readKernelImage } from './kernel-image.ts';
import { EMPTY_READING, plainPart, type Reading, type ReaderHost } from './reading.ts';
import { type Claim, drawRegions } from './regions.ts';
import { judgeTrailer } from './trailer.ts';

/**
 * Reads a bare compressed kernel, such as Image.gz (Linux arch/arm64/boot/Makefile): decodes to a kernel Image.
 *
 * Older kernels put the decoded size behind the data (scripts/Makefile.lib, `size_append`); anything else behind them
 * but zeros is a finding.
 *
 * @throws FormatError `compressed-unrecognised`, `codec-…`, `limit-…`.
 */
export function readCompressedKernel(bytes: Uint8Array, host: ReaderHost): Reading {
  const codec = identifyCodec(bytes);
  if (codec === null) {
    throw compressedError(host, 'compressed-unrecognised', 'the bytes start as no compression does');
  }
  const decoded = host.decode(codec, bytes.subarray(0, encodedEnd(codec, bytes)), {
    baseOffsetBytes: 0,
    statedSizeBytes: null,
    streams: 'all',
  });
  if (identifyProgram(decoded.bytes, host.layer)?.kind !== 'image') {
    throw compressedError(host, 'compressed-unrecognised', `the ${codec} data do not decode to a kernel Image`);
  }
  const used: Claim = { range: [0, decoded.consumedBytes], role: 'payload', name: 'payload' };
  const { doubt, claims } = judgeTrailer(bytes, {
    start: decoded.consumedBytes,
    codec,
    decoded: decoded.bytes,
    layer: host.layer,
  });
  return {
    ...EMPTY_READING,
    arch: readKernelImage(decoded.bytes, { ...host, codec }).arch,
    compression: [codec],
    findings: doubt === null ? [] : [doubt],
    regions: drawRegions(bytes, [used, ...claims], (_before, _after, range) => [
      { range, role: 'stray', name: 'rest' },
    ]),
    parts: [plainPart({ slot: 'payload', kind: 'image', range: [0, bytes.length], codec, decoded })],
  };
}

function compressedError(host: ReaderHost, code: string, text: string): FormatError {
  const finding: Finding = { code, text, layer: host.layer, offsetBytes: 0, lengthBytes: 0 };
  return new FormatError(finding);
}
