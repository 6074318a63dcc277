import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { type ByteRange, normalise, NO_RANGES, type RangeSet, subtract } from '../bytes/ranges.ts';
import { type AppendedTrailer, appendedTrailerOf } from '../formats/appended-trailer.ts';
import type { Layer } from '../formats/layer.ts';
import { digestOf } from './algorithms.ts';
import { appendedFormFindings } from './cms-form.ts';
import { readSignedData, type SignedData } from './cms.ts';
import { octetsOf } from './der-fields.ts';
import { type DerDocument, readDer } from './der.ts';
import { type Signature, type SignedContents, unreadSignature } from './signature.ts';
import { signerFacts } from './signer-facts.ts';
import { ATTRIBUTE, attributeValue, type SignerInfo } from './signer-info.ts';

/** The appended signature of a layer, checked. Offsets count from the start of the layer. */
export interface CollectedAppended {
  /** One for each SignerInfo; one that is not intact when the CMS cannot be read; none without an appended signature. */
  readonly signatures: readonly Signature[];
  /** Bytes of the appended signature that belong to nothing. */
  readonly strayRanges: RangeSet;
}

/** What can carry an appended signature: any layer. */
export type AppendedCarrier = Pick<Layer, 'path' | 'bytes' | 'pe'>;

/**
 * Reads and checks the module-style signature at the end of a layer. Never rejects for what the layer holds.
 *
 * A detached CMS over the bytes in front of it. Of several, one behind the other, the last counts, as in Linux; those before
 * it are contents. Usually the signer is not embedded (`scripts/sign-file.c`): then `checkWithSigner` decides.
 */
export async function collectAppended(carrier: AppendedCarrier, engine: Engine): Promise<CollectedAppended> {
  const { bytes, path: layer, pe } = carrier;
  const trailer = appendedTrailerOf({ bytes, layer, pe });
  if (trailer === null) return { signatures: [], strayRanges: NO_RANGES };
  const { cms } = trailer;
  if (cms === null) {
    return { signatures: [{ ...blank(trailer), findings: trailer.findings }], strayRanges: [trailer.range] };
  }
  const place = { layer, offsetBytes: cms[0] };
  const read = attempt(() => readSignedData(readDer(bytes.subarray(...cms), place)));
  if (!read.ok) {
    const findings = [...trailer.findings, read.finding];
    return { signatures: [{ ...blank(trailer), findings }], strayRanges: [cms] };
  }
  const signed = read.value;
  const context: AppendedContext = { carrier, trailer, cms, signed };
  const strayStart = cms[0] + signed.document.root.end;
  const strayRanges = normalise([[strayStart, cms[1]]]);
  if (signed.signers.length === 0) {
    const nobody: Finding = { ...at(signed.document), code: 'cms-no-signer', text: 'the CMS has no SignerInfo' };
    return { signatures: [{ ...blank(trailer), findings: [...trailer.findings, nobody] }], strayRanges };
  }
  const signatures: Signature[] = [];
  for (const signer of signed.signers) signatures.push(await signatureOf(signer, context, engine));
  return { signatures, strayRanges };
}

interface AppendedContext {
  readonly carrier: AppendedCarrier;
  readonly trailer: AppendedTrailer;
  readonly cms: ByteRange;
  readonly signed: SignedData;
}

async function signatureOf(signer: SignerInfo, context: AppendedContext, engine: Engine): Promise<Signature> {
  const { signed, trailer } = context;
  const asked = contentsOf(context);
  const { contents, facts } = await signerFacts({ signed, signer, contents: asked }, engine);
  const { octets, covers } = contents ?? asked[0];
  const algorithm = digestOf(signer.digest.oid);
  const computedDigest = algorithm === null ? null : hexOf(await engine.digest(algorithm, [octets]));
  const digest = statedDigest(signed.document, signer);
  return {
    ...blank(trailer),
    ...facts,
    digestAlgorithm: algorithm ?? signer.digest.oid,
    digest,
    computedDigest,
    digestMatches: digest === null ? facts.intact : digest === computedDigest,
    covers: covers ?? NO_RANGES,
    findings: [
      ...trailer.findings,
      ...placeFindings(context),
      ...appendedFormFindings({ signed, signer }),
      ...trailingFindings(context),
      ...facts.findings,
    ],
  };
}

/**
 * The bytes in front of the signature. When a PE signature was made afterwards, the header has changed since: CheckSum and
 * the certificate directory were other bytes, most likely zeros, so these are tried too.
 */
function contentsOf({ carrier, trailer, cms }: AppendedContext): readonly [SignedContents, ...SignedContents[]] {
  const octets = carrier.bytes.subarray(0, cms[0]);
  const plain: SignedContents = { octets, covers: normalise([[0, cms[0]]]) };
  const { pe } = carrier;
  if (trailer.place === 'last' || pe === null || pe.certificateDirectoryRange === null) return [plain];
  const directory = pe.certificateDirectoryRange;
  if (directory[1] > octets.length) return [plain];
  return [plain, withZeros(octets, [directory]), withZeros(octets, [pe.checksumRange, directory])];
}

/** A copy with zeros in some ranges, which are in order; they are not covered. */
function withZeros(octets: Uint8Array, islands: readonly ByteRange[]): SignedContents {
  const copy = octets.slice();
  for (const [start, end] of islands) copy.fill(0, start, end);
  return { octets: copy, covers: subtract([[0, octets.length]], islands) };
}

/** messageDigest, where there are signed attributes. */
function statedDigest(document: DerDocument, { signedAttributes }: SignerInfo): string | null {
  const value = signedAttributes === null ? 'absent' : attributeValue(signedAttributes, ATTRIBUTE.messageDigest);
  return typeof value === 'string' ? null : hexOf(octetsOf(document, value));
}

function placeFindings({ trailer, signed }: AppendedContext): readonly Finding[] {
  if (trailer.place === 'last') return [];
  const text = 'an appended signature in front of a certificate table, where no loader looks for one';
  return [{ ...at(signed.document), code: 'appended-not-last', text }];
}

/** Linux stops reading at the end of the CMS; what follows inside sig_len is seen by nobody. */
function trailingFindings({ cms, signed }: AppendedContext): readonly Finding[] {
  const { place, root } = signed.document;
  const left = cms[1] - cms[0] - root.end;
  if (left === 0) return [];
  const text = `${left} bytes after the CMS of an appended signature`;
  return [
    { code: 'appended-trailing-bytes', text, layer: place.layer, offsetBytes: cms[0] + root.end, lengthBytes: left },
  ];
}

function at({ place, root }: DerDocument): Pick<Finding, 'layer' | 'offsetBytes' | 'lengthBytes'> {
  return { layer: place.layer, offsetBytes: place.offsetBytes + root.start, lengthBytes: root.end - root.start };
}

function blank({ range, cms }: AppendedTrailer): Signature {
  return unreadSignature({
    scheme: 'appended',
    index: 0,
    offsetBytes: range[0],
    sizeBytes: range[1] - range[0],
    cmsOffsetBytes: cms?.[0] ?? range[0],
  });
}
