import { findLayer, type FileFacts, type InspectedLayer, printable } from '../../index.ts';
import {
  bareKernel,
  paddedKernel,
  type RepackedZboot,
  repackUki,
  repackZboot,
  trimmedKernel,
  unsignedProgram,
} from '../../forge/index.ts';
import { encode, type EncodeOptions, type Encoding, type ZbootCodec } from './encoders.ts';
import type { CommandIo } from './io.ts';
import type { Anatomy } from './repack-anatomy.ts';
import { innerSteps, packedSteps, type RepackStep, signedStep } from './repack-steps.ts';
import type { Signing, SigningDesk } from './signing-desk.ts';
import type { SigningKey } from './signing-key.ts';

/** What is to be changed. */
export interface RepackRequest {
  readonly inner: readonly SigningKey[];
  readonly outer: readonly SigningKey[];
  /** Null: as it was. */
  readonly compression: ZbootCodec | 'none' | null;
  /** Whether a signed Image is packed with zeros up to its image_size, as the build packs every Image, or as it is. */
  readonly padding: 'image-size' | 'trimmed';
}

/** The new file with what was done in order; or what a key that is elsewhere must sign first; or why neither. */
export type Built =
  | { readonly kind: 'done'; readonly bytes: Uint8Array; readonly steps: readonly RepackStep[] }
  | Extract<Signing, { kind: 'waiting' | 'fault' }>;

/** What re-packing works with. */
export interface Workbench {
  readonly facts: FileFacts;
  readonly anatomy: Anatomy;
  readonly request: RepackRequest;
  readonly desk: SigningDesk;
  readonly io: CommandIo;
}

/**
 * Signs the kernel, packs it again, and signs what it is packed in, from the inside to the outside.
 *
 * @throws Error for a layout that cannot be re-packed.
 */
export function buildRepacked(bench: Workbench): Built {
  const { anatomy, request, desk } = bench;
  const steps: RepackStep[] = [];
  const inside = changesInside(request) ? rebuilt(bench, steps) : { kind: 'done' as const, bytes: bench.facts.bytes };
  if (inside.kind !== 'done') return inside;
  const bare = unsignedProgram(inside.bytes);
  steps.push(...droppedSteps(anatomy.root));
  if (request.outer.length === 0) return { kind: 'done', bytes: bare, steps };
  const signing = desk.sign(bare, request.outer);
  if (signing.kind !== 'signed') return signing;
  steps.push(...signing.signatures.map((made) => signedStep(nameOf(anatomy.root, request), made, signing.bytes)));
  return { kind: 'done', bytes: signing.bytes, steps };
}

/** Whether anything but the outermost signature changes. */
export function changesInside({ inner, compression }: RepackRequest): boolean {
  return inner.length > 0 || compression !== null;
}

type Inside = { readonly kind: 'done'; readonly bytes: Uint8Array } | Extract<Signing, { kind: 'waiting' | 'fault' }>;

function rebuilt(bench: Workbench, steps: RepackStep[]): Inside {
  const { anatomy } = bench;
  const kernel = signedKernel(bench, steps);
  if (kernel.kind !== 'done') return kernel;
  const program = anatomy.zboot === null ? kernel : packed(bench, kernel.bytes, steps);
  if (program.kind !== 'done' || anatomy.uki === null) return program;
  const { layer, linux } = anatomy.uki;
  const bytes = repackUki(layerBytes(bench, layer), LINUX, program.bytes);
  const sizes = `${printable(linux.path)}: ${sized(linux.sizeBytes)} before, ${sized(program.bytes.length)} now`;
  steps.push({ verb: 'put back', text: `${sizes}; sections behind it moved as ukify places them` });
  return { kind: 'done', bytes };
}

const LINUX = '.linux';

/** The kernel as it was, or as its build wrote it and then signed. */
function signedKernel(bench: Workbench, steps: RepackStep[]): Inside {
  const { anatomy, request, desk } = bench;
  const { kernel, zboot } = anatomy;
  const bytes = layerBytes(bench, kernel);
  if (request.inner.length === 0) {
    const kept = request.padding === 'trimmed' || request.compression === 'none' ? trimmedKernel(bytes) : bytes;
    steps.push(...innerSteps({ kernel, zboot, bareBytes: kept.length }));
    return { kind: 'done', bytes: kept };
  }
  const bare = zboot === null && kernel.signatures.length === 0 ? bytes : bareKernel(bytes);
  steps.push(...innerSteps({ kernel, zboot, bareBytes: bare.length }), ...droppedSteps(kernel));
  const signing = desk.sign(bare, request.inner);
  if (signing.kind !== 'signed') return signing;
  steps.push(...signing.signatures.map((made) => signedStep(kernelName(kernel), made, signing.bytes)));
  return { kind: 'done', bytes: signing.bytes };
}

/** The kernel in its zboot image, or on its own where that is asked for. */
function packed(bench: Workbench, kernel: Uint8Array, steps: RepackStep[]): Inside {
  const { anatomy, request, io } = bench;
  const { zboot } = anatomy;
  const was = codecOf(anatomy.kernel);
  const codec = request.compression ?? was;
  if (zboot === null || codec === 'none' || codec === null || was === null) return { kind: 'done', bytes: kernel };
  const pads = request.inner.length > 0 && request.padding === 'image-size';
  const payload = pads ? paddedKernel(kernel) : kernel;
  const start = anatomy.kernel.offsetBytes;
  const place = { start, end: start + anatomy.kernel.packedSizeBytes + (was === 'gzip' ? 0 : SIZE_TAIL) };
  const name = payloadName(codec, was, zboot);
  const pack = (encoding: Encoded): RepackedZboot =>
    repackZboot(layerBytes(bench, zboot), {
      ...{ encoded: encoding.bytes, compression: codec, name, place },
      isSameCompression: codec === was,
      decodedBytes: payload.length,
    });
  const code = codec === was && !hasBranchFilter(layerBytes(bench, zboot), start) ? null : anatomy.kernel.arch;
  const tries = codec === was ? TRIES : TRIES.slice(0, 1);
  const packing = smallEnough({ codec, payload, code, tries, pack }, io);
  if ('text' in packing) return { kind: 'fault', of: 'file', text: packing.text };
  const { encoding, repacked } = packing;
  steps.push(...packedSteps({ kernel, payload, encoding, codec, was, name, stub: repacked.stub, pads }));
  if (anatomy.uki !== null) steps.push(...droppedSteps(zboot));
  return { kind: 'done', bytes: repacked.bytes };
}

const SIZE_TAIL = 4;

const TRIES = ['usual', 'harder'] as const satisfies readonly EncodeOptions['effort'][];

/** Whether the block of an .xz file (The .xz File Format, section 3.1.2) has a filter before LZMA2: old kernels have none. */
function hasBranchFilter(zboot: Uint8Array, start: number): boolean {
  return ((zboot[start + BLOCK_FLAGS_AT] ?? 0) & 3) !== 0;
}

const BLOCK_FLAGS_AT = 13;

type Encoded = Extract<Encoding, { ok: true }>;

interface Packing {
  readonly codec: ZbootCodec;
  readonly payload: Uint8Array;
  readonly code: string | null;
  readonly tries: readonly EncodeOptions['effort'][];
  readonly pack: (encoding: Encoded) => RepackedZboot;
}

interface Packed {
  readonly encoding: Encoded;
  readonly repacked: RepackedZboot;
}

/** The first packing that the stub can start; else the first. A signature makes a payload a little larger than it was. */
function smallEnough(packing: Packing, io: CommandIo): Packed | { readonly text: string } {
  const { codec, payload, code, tries, pack } = packing;
  const done: Packed[] = [];
  for (const effort of tries) {
    const encoding = encode(codec, payload, { effort, code, io });
    if (!encoding.ok && done[0] === undefined) return encoding;
    if (!encoding.ok) continue;
    const packed = { encoding, repacked: pack(encoding) };
    if (packed.repacked.stub === 'fits') return packed;
    done.push(packed);
  }
  return done[0] ?? { text: 'nothing compresses it' };
}

function codecOf({ codec }: InspectedLayer): ZbootCodec | null {
  switch (codec) {
    case 'gzip':
    case 'lz4':
    case 'lzma':
    case 'lzo':
    case 'xz':
    case 'zstd':
      return codec;
    default:
      return null;
  }
}

/** Up to Linux 6.13 the build passes its own commands' names on, later there are `gzip` and `zstd` alone. */
function payloadName(codec: ZbootCodec, was: ZbootCodec, { header }: InspectedLayer): ZbootName {
  const old = header?.['comp_type'];
  if (codec === was) for (const name of NAMES) if (name === old) return name;
  return codec === 'xz' ? 'xzkern' : codec;
}

const NAMES = ['gzip', 'zstd', 'zstd22', 'xz', 'xzkern', 'lzma', 'lzo', 'lz4'] as const;
type ZbootName = (typeof NAMES)[number];

function layerBytes({ facts }: Workbench, { path }: InspectedLayer): Uint8Array {
  const found = findLayer(facts, path, 'decoded');
  if (found.kind === 'layer') return found.bytes;
  throw new Error(`there is no layer ${path}`);
}

function droppedSteps({ signatures, path }: InspectedLayer): readonly RepackStep[] {
  return signatures
    .filter(({ scheme }) => scheme === 'authenticode')
    .map(({ signer }) => ({
      verb: 'dropped',
      text: `the signature on ${printable(path)} by ${printable(signer?.subject ?? 'nobody who is named')}`,
    }));
}

function nameOf(root: InspectedLayer, { compression }: RepackRequest): string {
  return root.kind === 'zboot' && compression === 'none' ? 'the Image' : kernelName(root);
}

function kernelName({ kind }: InspectedLayer): string {
  switch (kind) {
    case 'image':
      return 'the Image';
    case 'bzimage':
      return 'the bzImage';
    case 'uki':
      return 'the UKI';
    default:
      return `the ${kind}`;
  }
}

function sized(count: number): string {
  return `${count.toLocaleString('en-US')} bytes`;
}
