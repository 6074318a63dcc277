import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeEngine } from '../../../native-engine.ts';
import type { Engine } from '../../../runtime/bytes/engine.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import type { Attempt } from '../../../runtime/bytes/format-error.ts';
import { decode } from '../../../runtime/codecs/codec.ts';
import type { Decoded, DecodeRequest } from '../../../runtime/codecs/codec.ts';
import { portableEngine } from '../../../runtime/codecs/portable-engine.ts';
import { CODECS } from '../../../runtime/contract/vocabulary.ts';
import type { Codec } from '../../../runtime/contract/vocabulary.ts';

/** A committed file of an encoder, and what it must decode to. */
export interface Vector {
  readonly file: string;
  readonly codec: Codec;
  readonly encoded: Uint8Array;
  readonly decodedBytes: number;
  /** Of the decoded bytes, lower-case hexadecimal. */
  readonly sha256: string;
}

const FOLDER = join('test', 'vectors', 'codecs');

/** Every vector of the manifest. */
export const VECTORS: readonly Vector[] = readManifest();

/** The vector of that name. */
export function vector(file: string): Vector {
  const found = VECTORS.find((each) => each.file === file);
  if (found === undefined) throw new RangeError(`there is no vector ${file}`);
  return found;
}

/** The engines that must agree: the portable one, and Node's where it has a decoder for this codec (zstd from 22.15). */
export function enginesFor(codec: Codec): readonly Engine[] {
  const native = nativeEngine();
  const decoder = codec === 'gzip' ? native.gunzip : codec === 'zstd' ? native.unzstd : undefined;
  return decoder === undefined ? [portableEngine()] : [portableEngine(), native];
}

/** A request with a limit of 16 MiB, no declared size and the portable engine, unless it says otherwise. */
export function request(given: Partial<DecodeRequest> = {}): DecodeRequest {
  return {
    layer: 'file',
    baseOffsetBytes: 0,
    outputLimitBytes: 2 ** 24,
    exactSizeBytes: null,
    streams: 'all',
    engine: portableEngine(),
    ...given,
  };
}

/** What decoding gives, or the finding; any other exception passes through and fails the test. */
export function attemptDecode(codec: Codec, encoded: Uint8Array, given: Partial<DecodeRequest> = {}): Attempt<Decoded> {
  return attempt(() => decode(codec, encoded, request(given)));
}

/** The code of the finding, or `none`. */
export function faultCode(codec: Codec, encoded: Uint8Array, given: Partial<DecodeRequest> = {}): string {
  const result = attemptDecode(codec, encoded, given);
  return result.ok ? 'none' : result.finding.code;
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readManifest(): readonly Vector[] {
  const rows: unknown = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8'));
  if (!Array.isArray(rows)) throw new TypeError('the manifest of the vectors is no list');
  return rows.map((row: unknown) => {
    const [file, codec, sha256] = ['file', 'codec', 'sha256'].map((name) => String(field(row, name)));
    const known = CODECS.find((name) => name === codec);
    if (known === undefined) throw new TypeError(`${file ?? ''} has an unknown codec`);
    const encoded = new Uint8Array(readFileSync(join(FOLDER, file ?? '')));
    return {
      file: file ?? '',
      codec: known,
      encoded,
      decodedBytes: Number(field(row, 'decodedBytes')),
      sha256: sha256 ?? '',
    };
  });
}

function field(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
}
