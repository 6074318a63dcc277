import { counted, type InspectedLayer, printable, type RepackReport, wrapped } from '../../index.ts';
import { imageSizeOf } from '../../forge/index.ts';
import type { Encoding, ZbootCodec } from './encoders.ts';
import type { MadeSignature } from './signing-desk.ts';
import { sha256Hex } from './sha256.ts';

/** One thing that `repack` did, for people. */
export interface RepackStep {
  /** In the past tense, at most nine letters. */
  readonly verb: string;
  readonly text: string;
  /** The same for programs, where there is more to it than words. */
  readonly data?: RepackData;
}

export type RepackData =
  | { readonly kind: 'encoding'; readonly encoding: NonNullable<RepackReport['encoding']> }
  | { readonly kind: 'signature'; readonly signature: RepackReport['signatures'][number] }
  | { readonly kind: 'warning'; readonly code: RepackReport['warnings'][number]['code'] }
  | { readonly kind: 'pcr11'; readonly pcr11: NonNullable<RepackReport['pcr11']> };

/** Steps as a list: verbs in a column, texts wrapped beside them. */
export function renderSteps(steps: readonly RepackStep[]): string {
  return steps
    .map(({ verb, text }) => `  ${verb.padEnd(TEXT_COLUMN - 2)}${wrapped(text, TEXT_COLUMN).slice(TEXT_COLUMN)}`)
    .join('');
}

const TEXT_COLUMN = 13;

interface TakenOut {
  readonly kernel: InspectedLayer;
  readonly zboot: InspectedLayer | null;
  /** How long the kernel is without what packing added. */
  readonly bareBytes: number;
}

/** Where the kernel was taken from. */
export function innerSteps({ kernel, zboot, bareBytes }: TakenOut): readonly RepackStep[] {
  const path = printable(kernel.path);
  if (zboot === null) return [{ verb: 'took out', text: `${path}: ${counted(bareBytes, 'byte')}` }];
  const packed = `${counted(kernel.packedSizeBytes, 'byte')} of ${kernel.codec ?? 'none'}`;
  const zeros = kernel.sizeBytes - bareBytes;
  const rest = zeros === 0 ? '' : `; without what was added to pack it, ${counted(bareBytes, 'byte')}`;
  return [{ verb: 'unpacked', text: `${path}: ${packed} to ${counted(kernel.sizeBytes, 'byte')}${rest}` }];
}

/** A signature that was made. */
export function signedStep(what: string, made: MadeSignature, bytes: Uint8Array): RepackStep {
  const how = { key: '', token: ' through openssl', attached: ' with the attached value' }[made.by];
  const size = `${counted(bytes.length, 'byte')} with the certificate table`;
  return {
    verb: 'signed',
    text: `${what} as ${printable(made.subject)}${how}: image digest ${made.imageDigest}; ${size}`,
    data: {
      kind: 'signature',
      signature: { on: what, signer: made.subject, imageDigest: made.imageDigest, by: made.by },
    },
  };
}

interface PackedKernel {
  /** As it was signed. */
  readonly kernel: Uint8Array;
  /** As it was compressed. */
  readonly payload: Uint8Array;
  readonly encoding: Extract<Encoding, { ok: true }>;
  readonly codec: ZbootCodec;
  readonly was: ZbootCodec;
  readonly name: string;
  readonly stub: 'fits' | 'outgrown';
  readonly pads: boolean;
}

/** Padding, compressing, and what the stub makes of it. */
export function packedSteps(packed: PackedKernel): readonly RepackStep[] {
  const { kernel, payload, encoding, name, codec } = packed;
  const decodedSha256 = sha256Hex(payload);
  const share = ((100 * encoding.bytes.length) / Math.max(1, payload.length)).toFixed(1);
  return [
    ...(packed.pads ? [paddedStep(kernel, payload)] : []),
    {
      verb: 'compressed',
      text: `to ${counted(encoding.bytes.length, 'byte')}, ${share} %, by ${encoding.encoder}; sha256 of the contents ${decodedSha256}`,
      data: {
        kind: 'encoding',
        encoding: {
          ...{ codec, encoder: encoding.encoder, sizeBytes: encoding.bytes.length },
          ...{ decodedBytes: payload.length, decodedSha256 },
        },
      },
    },
    {
      verb: 'packed',
      text: `as \`${name}\`; ${stubText(packed)}`,
      ...(packed.stub === 'fits' ? {} : warningOf('firmware-cannot-start')),
    },
    ...memorySteps(payload),
  ];
}

function paddedStep(kernel: Uint8Array, payload: Uint8Array): RepackStep {
  const size = `image_size, ${counted(payload.length, 'byte')}`;
  if (kernel.length === payload.length) return { verb: 'padded', text: `by nothing: it is not below ${size}` };
  return { verb: 'padded', text: `with ${counted(payload.length - kernel.length, 'zero byte')} to ${size}` };
}

/** The stub in the file is the old one, linked for the old payload. */
function stubText({ stub, codec, was }: PackedKernel): string {
  if (stub === 'fits')
    return 'the payload fits where the stub was linked to look for it, so firmware can start the file';
  const why =
    codec === was ? 'was linked for a payload of another size' : `was built to decode ${was} from a fixed place`;
  return `the old stub ${why}: loaders that follow the header can read this file, firmware cannot start it`;
}

/** Firmware's stub reserves what the size tail says, and the kernel needs image_size of it. */
function memorySteps(payload: Uint8Array): readonly RepackStep[] {
  const needed = imageSizeOf(payload);
  if (payload.length < needed) {
    const text = `the stub reserves ${counted(payload.length, 'byte')} for a kernel that needs ${counted(needed, 'byte')}`;
    return [{ verb: 'note', text: `not padded: ${text}`, ...warningOf('reserves-too-little-memory') }];
  }
  if (payload.length === needed) return [];
  const text = `the Image is larger than its image_size, ${counted(needed, 'byte')}; kexec refuses that`;
  return [{ verb: 'note', text, ...warningOf('larger-than-image-size') }];
}

/** What of a step is a warning for programs. */
export function warningOf(code: RepackReport['warnings'][number]['code']): Pick<RepackStep, 'data'> {
  return { data: { kind: 'warning', code } };
}
