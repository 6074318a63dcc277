import type { DigestName } from '../../forge/index.ts';
import type { Arguments } from './command.ts';
import { ZBOOT_CODECS } from './encoders.ts';
import type { CommandIo } from './io.ts';
import type { Anatomy } from './repack-anatomy.ts';
import { changesInside, type RepackRequest } from './repack-build.ts';
import type { DeskOptions } from './signing-desk.ts';
import { readPassphrase, readSigningKey, type SigningKey } from './signing-key.ts';

/** Everything that the command line asks for. */
export interface RepackOrder {
  readonly request: RepackRequest;
  readonly desk: DeskOptions;
  /** Where to write the new file, or what is to be signed. */
  readonly output: { readonly kind: 'file' | 'to-be-signed'; readonly path: string };
}

/** The order, or what is wrong with it. */
export type OrderRead =
  | { readonly ok: true; readonly order: RepackOrder }
  | { readonly ok: false; readonly text: string };

/** Reads the options of `repack`, and every key, certificate and signature that they name. */
export function readOrder(given: Arguments, io: CommandIo): OrderRead {
  const [out, prepare] = [given.values('output')[0], given.values('prepare')[0]];
  if ((out === undefined) === (prepare === undefined)) return fault('give either `-o` or `--prepare`');
  const signingTime = timeOf(given.values('signing-time')[0]);
  if (signingTime === undefined) return fault('`--signing-time` wants a moment such as 2026-03-31T12:00:00Z');
  const keys = readKeys(given, io);
  if ('text' in keys) return fault(keys.text);
  const attached: DeskOptions['attached'][number][] = [];
  for (const path of given.values('attach')) {
    const read = io.readNow(path);
    if (!read.ok) return fault(`cannot read signature \`${path}\`: ${read.text}`);
    attached.push({ path, value: read.bytes });
  }
  const compression = COMPRESSIONS.find((name) => name === given.values('compress')[0]) ?? null;
  const request = { ...keys, compression, padding: given.has('trim') ? ('trimmed' as const) : ('image-size' as const) };
  if (!changesInside(request) && request.outer.length === 0) {
    return fault('nothing is to be changed: give `--sign-inner`, `--compress` or `--sign-outer`');
  }
  const digest = DIGESTS.find((name) => name === given.values('digest')[0]) ?? 'sha256';
  const output = {
    kind: out === undefined ? ('to-be-signed' as const) : ('file' as const),
    path: out ?? prepare ?? '',
  };
  return { ok: true, order: { request, desk: { digest, signingTime, attached }, output } };
}

/** Why a file cannot be re-packed in this way; null when it can. */
export function misfitOf({ root, zboot, uki, kernel }: Anatomy, request: RepackRequest): string | null {
  const { inner, outer, compression, padding } = request;
  if (inner.length > 0 && kernel === root) {
    return `a bare ${root.kind} is packed in nothing: \`--sign-outer\` signs it`;
  }
  if (compression !== null && zboot === null) {
    if (kernel.kind === 'bzimage')
      return 'the decoder of a bzImage is linked for its payload, which cannot be exchanged';
    return 'there is no zboot image in it, and its stub is needed to pack one';
  }
  if (padding === 'trimmed' && zboot === null) return '`--trim` is about the Image in a zboot image; there is none';
  if (padding === 'trimmed' && !changesInside(request)) return '`--trim` needs `--sign-inner` or `--compress`';
  if (compression === 'none' && uki === null && inner.length > 0 && outer.length > 0) {
    return 'with `--compress none` nothing is around the Image: give one of `--sign-inner` and `--sign-outer`';
  }
  return null;
}

const DIGESTS = ['sha256', 'sha384', 'sha512'] as const satisfies readonly DigestName[];
const COMPRESSIONS = [...ZBOOT_CODECS, 'none'] as const;

function fault(text: string): OrderRead {
  return { ok: false, text };
}

/** Null: no time; undefined: none that can be read. */
function timeOf(word: string | undefined): Date | null | undefined {
  if (word === undefined) return null;
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(word)) return undefined;
  const date = new Date(word);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function readKeys(given: Arguments, io: CommandIo): Pick<RepackRequest, 'inner' | 'outer'> | { readonly text: string } {
  const passphrases: string[] = [];
  for (const source of given.values('passphrase')) {
    const read = readPassphrase(source, io);
    if ('text' in read) return read;
    passphrases.push(read.passphrase);
  }
  const inner = readEach(given.values('sign-inner'), passphrases, io);
  if ('text' in inner) return inner;
  const outer = readEach(given.values('sign-outer'), passphrases, io);
  return 'text' in outer ? outer : { inner: inner.keys, outer: outer.keys };
}

function readEach(
  specs: readonly string[],
  passphrases: readonly string[],
  io: CommandIo,
): { readonly keys: readonly SigningKey[] } | { readonly text: string } {
  const keys: SigningKey[] = [];
  for (const spec of specs) {
    const read = readSigningKey(spec, passphrases, io);
    if (!read.ok) return read;
    keys.push(read.key);
  }
  return { keys };
}
