import { signAppended } from '../../../forge/appended.ts';
import { authenticodeDigest } from '../../../forge/authenticode-digest.ts';
import { concatBytes, flipped, patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { attribute, CMS_OIDS } from '../../../forge/cms.ts';
import { programBytes } from '../../../forge/contents.ts';
import type { KeyKind } from '../../../forge/keys.ts';
import { peFields, withCertificateDirectory } from '../../../forge/pe-fields.ts';
import { firstEntryLength, offsetInTable } from '../../../forge/recipe.ts';
import {
  authenticodeSignature,
  type EntrySpec,
  type PeSignatureSpec,
  type RawSignatureSpec,
  type SignPeSpec,
  signPe,
} from '../../../forge/sign.ts';
import { type DigestName, signBytes } from '../../../forge/signature-algorithms.ts';
import { SMALL_SECTIONS, smallProgram } from '../../../forge/small-program.ts';
import { rfc3161Attribute } from '../../../forge/timestamps.ts';
import type { Cast, ChainCast } from './cast.ts';
import type { Construction } from './dimensions.ts';

/** A forged variant: the file, and who is trusted. */
export interface ForgedVariant {
  readonly bytes: Uint8Array;
  readonly chain: ChainCast;
}

/** Builds the file of a construction. */
export function forgeVariant(construction: Construction, cast: Cast): ForgedVariant {
  const chain = cast.chainFor(construction.chain, keyKind(construction.key));
  const { program, how } = layoutOf(construction.layout);
  const bare = construction.entries === 'appended-before' ? signAppended(program, { signer: cast.stranger }) : program;
  const entries = entriesOf(construction, { cast, chain, bare, how });
  const signers =
    construction.table === 'unpadded' ? entries.with(-1, { ...lastOf(entries), entry: UNPADDED }) : entries;
  const signed = signPe(bare, { ...how, ...trailerOf(construction.table), signers });
  const altered = alteredMessage(alteredImage(alteredTable(signed, construction.table), construction.image), {
    construction,
    chain,
    bare,
  });
  const bytes = construction.entries === 'appended-behind' ? signAppended(altered, { signer: cast.stranger }) : altered;
  return { bytes, chain };
}

function keyKind(key: Construction['key']): KeyKind {
  return key === 'rsa-named-digest' || key === 'rsa-pss' ? 'rsa2048' : key;
}

/** Digest of the signer and of the image. */
export function digestsOf(digest: Construction['digest']): { readonly signer: DigestName; readonly image: DigestName } {
  return digest === 'sha256-in-sha512' ? { signer: 'sha512', image: 'sha256' } : { signer: digest, image: digest };
}

type EntryOf = PeSignatureSpec | RawSignatureSpec;

interface Scene {
  readonly cast: Cast;
  readonly chain: ChainCast;
  readonly bare: Uint8Array;
  readonly how: LayoutHow;
}

function entriesOf(construction: Construction, scene: Scene): readonly EntryOf[] {
  const { cast, bare, how } = scene;
  const good: PeSignatureSpec = goodSignature(construction, scene);
  const stranger: PeSignatureSpec = {
    signer: cast.stranger,
    ...(NEEDS_PADDING.includes(construction.table) ? { blob: needingPadding } : {}),
  };
  const garbage: RawSignatureSpec = { raw: new Uint8Array(512).fill(0x41) };
  const first = <S extends PeSignatureSpec | RawSignatureSpec>(spec: S): S => ({
    ...spec,
    entry: entryOf(construction.table),
  });
  const blobOf = (spec: PeSignatureSpec): Uint8Array =>
    authenticodeSignature(how.digestOf ?? padded8(bare), spec, how.digestMethod ?? 'specification');
  const nest = (outer: PeSignatureSpec, inner: PeSignatureSpec): PeSignatureSpec => ({
    ...outer,
    unsignedAttributes: [attribute(CMS_OIDS.spcNestedSignature, blobOf(inner))],
  });
  switch (construction.entries) {
    case 'one':
    case 'appended-behind':
    case 'appended-before':
      return [first(good)];
    case 'good-broken':
      return [first(good), { ...good, signature: 'broken' }];
    case 'broken-good':
      return [first({ ...good, signature: 'broken' }), good];
    case 'good-stranger':
      return [first(good), stranger];
    case 'stranger-good':
      return [first(stranger), good];
    case 'good-garbage':
      return [first(good), garbage];
    case 'garbage-good':
      return [first(garbage), good];
    case 'stranger-nested':
      return [first(nest(good, stranger))];
    case 'nested-in-stranger':
      return [first(nest(stranger, good))];
    case 'timestamp':
      return [first({ ...good, countersigned: (value) => [rfc3161Attribute(value, stamp(cast))] })];
    case 'two-signers':
      return [first({ ...good, embed: [...(good.embed ?? []), cast.stranger.certificateDer], coSigners: [stranger] })];
  }
}

function lastOf(entries: readonly EntryOf[]): EntryOf {
  const last = entries.at(-1);
  if (last === undefined) throw new Error('no entry');
  return last;
}

function stamp(cast: Cast): Parameters<typeof rfc3161Attribute>[1] {
  return { authority: cast.timestamper, at: new Date('2025-03-04T05:06:07Z') };
}

function padded8(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, new Uint8Array(-bytes.length & 7));
}

function goodSignature(construction: Construction, { cast, chain }: Scene): PeSignatureSpec {
  const { signer, image } = digestsOf(construction.digest);
  return {
    signer: chain.signer,
    embed: chain.embed.map(({ certificateDer }) => certificateDer),
    digest: signer,
    imageDigest: image,
    ...(NEEDS_PADDING.includes(construction.table) ? { blob: needingPadding } : {}),
    ...ALGORITHMS[construction.key],
    ...attributesOf(construction.attributes, signer),
    ...signatureOf(construction.message, { cast, chain, digest: signer }),
  };
}

const ALGORITHMS: Readonly<Partial<Record<Construction['key'], Pick<PeSignatureSpec, 'algorithm'>>>> = {
  'rsa-named-digest': { algorithm: 'with-digest' },
  'rsa-pss': { algorithm: 'pss' },
};

function attributesOf(attributes: Construction['attributes'], digest: DigestName): Partial<PeSignatureSpec> {
  switch (attributes) {
    case 'usual':
      return {};
    case 'none':
      return { attributes: 'none' };
    case 'content-type-absent':
      return { contentTypeAttribute: 'absent' };
    case 'content-type-data':
      return { contentTypeAttribute: CMS_OIDS.data };
    case 'digest-wrong':
      return { messageDigest: new Uint8Array(digest === 'sha512' ? 64 : 32).fill(1) };
    case 'signing-time':
      return { signingTime: new Date('2025-06-01T12:00:00Z') };
    case 'unsorted':
      return { attributeOrder: 'reversed' };
    case 'unsorted-signed-sorted':
      return { attributeOrder: 'reversed-but-signed-sorted' };
  }
}

function signatureOf(
  message: Construction['message'],
  { cast, chain, digest }: { readonly cast: Cast; readonly chain: ChainCast; readonly digest: DigestName },
): Partial<PeSignatureSpec> {
  if (message === 'signature') return { signature: 'broken' };
  if (message !== 'wrong-key') return {};
  const other = chain.signer.keys.kind.startsWith('rsa') ? cast.stranger : cast.strangerOnCurve;
  return { signature: (bytes) => signBytes({ keys: other.keys, digest }, bytes) };
}

const UNPADDED: EntrySpec = { padding: new Uint8Array(0) };
/** Tables that are about the padding of a message, so that there must be some. */
const NEEDS_PADDING: readonly Construction['table'][] = ['unpadded', 'length-odd', 'junk-padding'];

/** The message with as many zeros that 4 more are needed up to a multiple of 8. */
function needingPadding(der: Uint8Array): Uint8Array {
  return concatBytes(der, new Uint8Array((4 - der.length) & 7));
}

function entryOf(table: Construction['table']): EntrySpec {
  switch (table) {
    case 'padded':
      return { length: 'padded' };
    case 'junk-inside':
      return { junk: new Uint8Array(64).fill(0x52), length: 'padded' };
    case 'revision-1':
      return { revision: 0x0100 };
    case 'type-x509':
      return { type: 1 };
    default:
      return {};
  }
}

function trailerOf(table: Construction['table']): Partial<SignPeSpec> {
  if (table === 'junk-behind') return { tableTrailer: utf8('TRAILER!') };
  return table === 'zeros-behind' ? { tableTrailer: new Uint8Array(512) } : {};
}

function alteredTable(bytes: Uint8Array, table: Construction['table']): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  const length = firstEntryLength(bytes);
  switch (table) {
    case 'length-odd':
      return patched(bytes, address, u32le(length | 1));
    case 'length-long':
      return patched(bytes, address, u32le(size + 64));
    case 'length-short':
      return patched(bytes, address, u32le(7));
    case 'junk-padding':
      return patched(bytes, address + length, new Uint8Array(-length & 7).fill(0x50));
    case 'truncated':
      return withCertificateDirectory(bytes, address, size - 8);
    case 'trailing':
      return concatBytes(bytes, utf8('TRAILER!'));
    default:
      return bytes;
  }
}

function alteredImage(bytes: Uint8Array, image: Construction['image']): Uint8Array {
  const fields = peFields(bytes);
  switch (image) {
    case 'as-signed':
      return bytes;
    case 'header':
      return flipped(bytes, fields.checksumOffset + 6); // DllCharacteristics
    case 'section':
      return flipped(bytes, (fields.sections[0]?.offset ?? 0) + 0x10);
    case 'tail':
      return flipped(bytes, fields.certificateTable.address - 1);
    case 'checksum':
      return flipped(bytes, fields.checksumOffset);
    case 'directory':
      return flipped(bytes, fields.certificateDirectory + 4);
  }
}

interface Altering {
  readonly construction: Construction;
  readonly chain: ChainCast;
  readonly bare: Uint8Array;
}

function alteredMessage(bytes: Uint8Array, { construction, chain, bare }: Altering): Uint8Array {
  switch (construction.message) {
    case 'certificate': {
      const { certificateDer } = chain.signer;
      return flipped(bytes, offsetInTable(bytes, certificateDer) + certificateDer.length - 1);
    }
    case 'digest': {
      const digest = authenticodeDigest(padded8(bare), digestsOf(construction.digest).image, 'specification');
      return flipped(bytes, goodInTable(bytes, digest, construction.entries));
    }
    default:
      return bytes;
  }
}

/** Of a stranger's message the digest is the same: the sound one is the first or the last. */
function goodInTable(bytes: Uint8Array, digest: Uint8Array, entries: Construction['entries']): number {
  const first = entries.startsWith('good-') || entries === 'stranger-nested';
  return first ? offsetInTable(bytes, digest) : Buffer.from(bytes).lastIndexOf(digest);
}

type LayoutHow = Pick<SignPeSpec, 'digestMethod' | 'digestOf' | 'checksum'>;

const [TEXT, CONSTANTS, VARIABLES] = SMALL_SECTIONS;
const GAPPED = [TEXT, CONSTANTS, { ...VARIABLES, gapBefore: programBytes(0x200, 33) }];
const SWAPPED = [{ ...TEXT, pointerToRawData: 0x800 }, { ...CONSTANTS, pointerToRawData: 0x600 }, { ...VARIABLES }];

function layoutOf(layout: Construction['layout']): { readonly program: Uint8Array; readonly how: LayoutHow } {
  const made = (spec: Parameters<typeof smallProgram>[0], how: LayoutHow = {}) => ({
    program: smallProgram(spec),
    how,
  });
  switch (layout) {
    case 'plain':
      return made({});
    case 'overlay':
      return made({ overlay: programBytes(128, 31) });
    case 'odd-length':
      return made({ overlay: programBytes(5, 32) });
    case 'gap':
      return made({ sections: GAPPED });
    case 'gap-hashed':
      return made({ sections: GAPPED }, { digestMethod: 'flat' });
    case 'headers-short':
      return made({ sizeOfHeaders: 0x500 });
    case 'unsorted':
      return made({ sections: SWAPPED });
    case 'unsorted-hashed':
      return made({ sections: SWAPPED }, { digestMethod: 'table-order' });
    case 'overlap':
      return made({
        sections: [TEXT, { ...CONSTANTS, pointerToRawData: 0x700 }, { ...VARIABLES, pointerToRawData: 0x900 }],
      });
    case 'past-end':
      return made({ sections: [TEXT, CONSTANTS, { ...VARIABLES, sizeOfRawData: 0x4000 }] });
    case 'no-raw-data':
      return made({ sections: [...SMALL_SECTIONS, { name: '.bss', data: new Uint8Array(0), virtualSize: 0x800 }] });
    case 'alignment':
      return made({ fileAlignment: 32 });
    case 'checksum':
      return made({ checksum: 0x12345678 }, { checksum: 'keep' });
    case 'directories':
      return made({ numberOfDirectories: 6 });
    case 'pe32':
      return made({ machine: 'x86', format: 'PE32', imageBase: 0x400000 });
    case 'arm64':
      return made({ machine: 'arm64' });
    case 'riscv64':
      return made({ machine: 'riscv64' });
  }
}
