import { type Anchor, type Engine, readAnchorFile, tbsAnchor } from '../../index.ts';
import type { CommandIo } from './io.ts';

/** The anchors of some specifications, or the one line that says what is wrong with one. */
export type SpecifiedTrust =
  | { readonly ok: true; readonly anchors: readonly Anchor[] }
  | { readonly ok: false; readonly text: string };

/**
 * Reads `--db SPEC` and `--dbx SPEC`, in their order: a file of certificates or signature lists, `sha256:HEX` and so on for
 * an image digest, `x509sha256:CERTIFICATE` and so on for the digest of a TBSCertificate.
 *
 * @param label of the list, for messages: an option, or a place in a machine file.
 */
export async function readTrustSpecs(
  specs: readonly string[],
  label: string,
  context: { readonly io: CommandIo; readonly engine: Engine },
): Promise<SpecifiedTrust> {
  const anchors: Anchor[] = [];
  for (const spec of specs) {
    const read = await readSpec(spec, context.io, context.engine);
    if (!read.ok) return { ok: false, text: `\`${label} ${spec}\`: ${read.text}` };
    anchors.push(...read.anchors);
  }
  return { ok: true, anchors };
}

const IMAGE_DIGESTS = { sha256: 32, sha384: 48, sha512: 64 } as const;
type DigestName = keyof typeof IMAGE_DIGESTS;

async function readSpec(spec: string, io: CommandIo, engine: Engine): Promise<SpecifiedTrust> {
  const [, tbs = '', name, value = ''] = /^(x509)?(sha256|sha384|sha512):(.*)$/.exec(spec) ?? [];
  const algorithm = digestName(name);
  if (algorithm === null) return readFile(spec, io);
  if (tbs === '') return imageDigest(algorithm, value);
  const file = await readFile(value, io);
  if (!file.ok) return file;
  const anchors: Anchor[] = [];
  for (const anchor of file.anchors) {
    const listed = await tbsAnchor(anchor, algorithm, engine);
    if (listed === null) return fault(`\`${value}\` holds more than certificates`);
    anchors.push(listed);
  }
  return { ok: true, anchors };
}

function digestName(name: string | undefined): DigestName | null {
  return name === 'sha256' || name === 'sha384' || name === 'sha512' ? name : null;
}

function imageDigest(algorithm: DigestName, written: string): SpecifiedTrust {
  const hex = written.toLowerCase();
  const digits = 2 * IMAGE_DIGESTS[algorithm];
  if (!/^[0-9a-f]*$/.test(hex)) return fault('an image digest is written in hexadecimal digits');
  if (hex.length !== digits) return fault(`a ${algorithm} has ${digits} hexadecimal digits, not ${hex.length}`);
  return { ok: true, anchors: [{ kind: 'image-digest', algorithm, hex }] };
}

async function readFile(path: string, io: CommandIo): Promise<SpecifiedTrust> {
  const file = await io.read(path);
  if (!file.ok) return fault(`cannot read \`${path}\`: ${file.text}`);
  const read = readAnchorFile(file.bytes, path);
  if (!read.ok) return fault(`${read.text} (at byte ${read.offsetBytes})`);
  const isBare = read.anchors.some(({ kind }) => kind === 'public-key');
  return isBare ? fault('a bare public key, and no list of firmware or of a kernel holds such') : read;
}

function fault(text: string): SpecifiedTrust {
  return { ok: false, text };
}
