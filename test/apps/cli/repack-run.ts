import type { CommandIo, ToolRun } from '../../../apps/cli/io.ts';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { newSigner, type Signer } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { DEFAULT_LIMITS, inspect, type Inspection, nativeEngine } from '../../../index.ts';
import { type MemoryFiles, type Run, run, text } from './run-in-memory.ts';

export const INNER = newSigner({ subject: 'Inner', key: 'rsa2048' });
export const OUTER = newSigner({ subject: 'Outer', key: 'rsa2048' });
export const CURVE = newSigner({ subject: 'Curve', key: 'p256' });
export const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 });
export const ZBOOT = forgeZboot({ image: IMAGE, compression: 'gzip' });
export const SIGNED = signPe(ZBOOT, { signers: [{ signer: CURVE }] });
export const UKI = forgeUki({ arch: 'arm64', linux: ZBOOT, cmdline: 'quiet', pcrsig: '{"sha256":[]}' });
export const PASSPHRASE = 'open sesame';

function keyPem({ privateKey }: Signer, passphrase?: string): Uint8Array {
  if (privateKey === null) throw new Error('no key');
  const secret = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return text(String(privateKey.export({ type: 'pkcs8', format: 'pem', ...secret })));
}

const FILES: MemoryFiles = {
  'zboot.efi': ZBOOT,
  'signed.efi': SIGNED,
  'uki.efi': UKI,
  Image: IMAGE,
  bzImage: forgeBzImage({}),
  'inner.key': keyPem(INNER),
  'inner.pem': text(INNER.certificatePem),
  'outer.key': keyPem(OUTER),
  'outer.pem': text(OUTER.certificatePem),
  'both.pem': concatBytes(keyPem(OUTER), text(OUTER.certificatePem)),
  'outer.der': OUTER.certificateDer,
  'curve.key': keyPem(CURVE),
  'curve.pem': text(CURVE.certificatePem),
  'locked.key': keyPem(OUTER, PASSPHRASE),
  secret: text(`${PASSPHRASE}\n`),
  wrong: text('open barley'),
  empty: new Uint8Array(0),
};

export interface Repacked extends Run {
  readonly written: Uint8Array | null;
}

export async function repack(
  words: readonly string[],
  files: MemoryFiles = {},
  host: Partial<CommandIo> = {},
): Promise<Repacked> {
  const out: { bytes: Uint8Array | null } = { bytes: null };
  const write: CommandIo['write'] = (_, bytes) => {
    out.bytes = bytes;
    return null;
  };
  const ended = await run(['repack', ...words], { ...FILES, ...files }, { write, runTool: tools, ...host });
  return { ...ended, written: out.bytes };
}

/** Stands for the distribution's compressors, gzip excepted. */
function tools(program: string, words: readonly string[], input: Uint8Array): ToolRun {
  if (words.includes('--version')) return { kind: 'done', bytes: text(`${program} 9.9.9`) };
  switch (program) {
    case 'xz':
      return words.includes('--format=lzma') ? { kind: 'missing' } : { kind: 'done', bytes: compress('xz', input) };
    case 'lz4':
      return { kind: 'done', bytes: compress('lz4', input) };
    case 'lzop':
      return { kind: 'done', bytes: compress('lzo', input) };
    case 'zstd':
      return { kind: 'done', bytes: compress('zstd', input) };
    default:
      return { kind: 'missing' };
  }
}

export async function inspected(bytes: Uint8Array | null): Promise<Inspection['root']> {
  return (await inspect(bytes ?? new Uint8Array(0), { limits: DEFAULT_LIMITS, engine: nativeEngine() })).root;
}

export const BOTH = ['--sign-inner', 'inner.key,inner.pem', '--sign-outer', 'outer.key,outer.pem'];
