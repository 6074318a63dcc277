import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { NO_RANGES } from '../bytes/ranges.ts';
import type { PeImage } from '../formats/pe.ts';
import type { ImageDigests } from './authenticode.ts';
import { formFindings } from './cms-form.ts';
import { readSignedData, type SignedData } from './cms.ts';
import { type DerDocument, type DerNode, readDer, subDocument } from './der.ts';
import { type Signature, unreadSignature } from './signature.ts';
import { signerFacts } from './signer-facts.ts';
import { ATTRIBUTE, type SignerInfo } from './signer-info.ts';
import { type IndirectData, readIndirectData, SPC_INDIRECT_DATA } from './spc.ts';
import { tableFinding, WIN_CERT_TYPE_PKCS_SIGNED_DATA, type WinCertificate } from './win-certificate.ts';

/** What reading and checking one entry of the certificate table needs. */
export interface EntryContext {
  readonly pe: PeImage;
  readonly digests: ImageDigests;
  readonly engine: Engine;
}

/** An entry, checked. */
export interface CheckedEntry {
  /** One for each SignerInfo, in their order; one that is not intact when the entry cannot be read. */
  readonly signatures: readonly Signature[];
  /** Where the CMS ends in the file: what follows in the entry belongs to no signature. Null when there is no CMS. */
  readonly cmsEndBytes: number | null;
  /** Faults of the entry that are no fault of its CMS. */
  readonly findings: readonly Finding[];
}

/**
 * Reads and checks one certificate-table entry. Never throws for what it holds.
 *
 * An entry with several SignerInfos gives several signatures with the same index: who wants the entry must want all
 * of them, as OpenSSL's `PKCS7_verify` does.
 *
 * Entries of type WIN_CERT_TYPE_EFI_GUID (0x0ef1) are not read: EDK2 takes them, Linux and sbverify do not.
 */
export async function checkEntry(entry: WinCertificate, context: EntryContext): Promise<CheckedEntry> {
  const { pe } = context;
  if (entry.type !== WIN_CERT_TYPE_PKCS_SIGNED_DATA) return { signatures: [], cmsEndBytes: null, findings: [] };
  const place = { layer: pe.layer, offsetBytes: entry.offsetBytes + WIN_CERTIFICATE_HEADER_BYTES };
  const read = attempt(() => readSignedData(readDer(entry.content, place)));
  if (!read.ok) {
    const range = [entry.offsetBytes, entry.offsetBytes + entry.sizeBytes] as const;
    const unreadable = tableFinding(pe, ['certificate-table-unreadable', 'an entry that holds no readable CMS', range]);
    return { signatures: [{ ...blank(entry), findings: [read.finding] }], cmsEndBytes: null, findings: [unreadable] };
  }
  const signed = read.value;
  const cmsEndBytes = place.offsetBytes + signed.document.root.end;
  const findings = trailingBytes(entry, signed.document, pe);
  if (signed.signers.length === 0) {
    const nobody = cmsFinding(signed.document, signed.document.root, ['cms-no-signer', 'the CMS has no SignerInfo']);
    return { signatures: [{ ...blank(entry), findings: [nobody] }], cmsEndBytes, findings };
  }
  const signatures: Signature[] = [];
  for (const signer of signed.signers) {
    signatures.push(await signatureOf({ entry, signed, signer, depth: 0 }, context));
  }
  return { signatures, cmsEndBytes, findings };
}

/** A finding at an element of the CMS. */
function cmsFinding(
  { place }: DerDocument,
  node: DerNode,
  [code, text]: readonly [code: string, text: string],
): Finding {
  const { layer, offsetBytes } = place;
  return { code, text, layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start };
}

const WIN_CERTIFICATE_HEADER_BYTES = 8;

/** Where a CMS stands: in an entry, or in an unsigned attribute of a signature in it. */
interface CmsPlace {
  readonly entry: WinCertificate;
  readonly signed: SignedData;
  /** 0 in the entry itself. */
  readonly depth: number;
}

interface EntrySigner extends CmsPlace {
  readonly signer: SignerInfo;
}

async function signatureOf(entrySigner: EntrySigner, context: EntryContext): Promise<Signature> {
  const { entry, signed, signer } = entrySigner;
  const { digests, engine } = context;
  const indirect = attempt(() => indirectData(signed));
  const stated = indirect.ok ? indirect.value : null;
  const algorithm = stated?.algorithm ?? null;
  const computed = algorithm === null ? null : await digests.of(algorithm);
  const computedDigest = computed === null ? null : hexOf(computed);
  const contents = signed.content === null ? [] : [{ octets: signed.content.octets, covers: null }];
  const { facts } = await signerFacts({ signed, signer, contents }, engine);
  return {
    ...blank(entry),
    ...facts,
    cmsOffsetBytes: signed.document.place.offsetBytes + signed.document.root.start,
    digestAlgorithm: stated === null ? null : (stated.algorithm ?? stated.algorithmOid),
    digest: stated?.digest ?? null,
    computedDigest,
    digestMatches: stated !== null && computedDigest !== null && stated.digest === computedDigest,
    nested: await nestedSignatures(entrySigner, context),
    covers: digests.ranges?.covers ?? NO_RANGES,
    findings: [
      ...formFindings({ signed, signer, stated }),
      ...(indirect.ok ? [] : [indirect.finding]),
      ...digestFindings(entrySigner, { stated, computedDigest, digests }),
      ...facts.findings,
    ],
  };
}

/** Signatures in nested signatures are not looked at: nobody writes them. */
const NESTING_LIMIT = 1;
/** Most signatures nested in one that are looked at; real files have one to three. */
const NESTED_LIMIT = 8;

/** The signatures in the unsigned attribute 1.3.6.1.4.1.311.2.4.1: each value is a whole ContentInfo over the same image. */
async function nestedSignatures(outer: EntrySigner, context: EntryContext): Promise<readonly Signature[]> {
  const { entry, signed, signer, depth } = outer;
  if (depth >= NESTING_LIMIT) return [];
  const values = signer.unsignedAttributes
    .filter(({ oid }) => oid === ATTRIBUTE.nestedSignature)
    .flatMap((attribute) => attribute.values);
  const found: Signature[] = [];
  for (const value of values.slice(0, NESTED_LIMIT)) {
    const document = subDocument(signed.document, value);
    const read = attempt(() => readSignedData(document));
    if (!read.ok) {
      found.push({ ...blank(entry), findings: [read.finding] });
      continue;
    }
    const inner = { entry, signed: read.value, depth: depth + 1 };
    for (const innerSigner of read.value.signers.slice(0, NESTED_LIMIT - found.length)) {
      found.push(await signatureOf({ ...inner, signer: innerSigner }, context));
    }
  }
  return found;
}

function indirectData(signed: SignedData): IndirectData | null {
  const { document, content, contentType } = signed;
  return contentType === SPC_INDIRECT_DATA && content !== null ? readIndirectData(document, content) : null;
}

interface DigestState {
  readonly stated: IndirectData | null;
  readonly computedDigest: string | null;
  readonly digests: ImageDigests;
}

function digestFindings({ signed }: EntrySigner, { stated, computedDigest, digests }: DigestState): readonly Finding[] {
  if (stated === null || stated.digest === computedDigest) return [];
  const { document, content } = signed;
  const node = content?.node ?? document.root;
  if (digests.fault !== null) {
    const text = `the image has no Authenticode digest: ${digests.fault.message}`;
    return [cmsFinding(document, node, ['authenticode-no-digest', text])];
  }
  if (computedDigest === null) {
    const text = `the image digest algorithm ${stated.algorithm ?? stated.algorithmOid} is not supported`;
    return [cmsFinding(document, node, ['authenticode-digest-unsupported', text])];
  }
  const text = `the signature states ${stated.algorithm ?? ''} ${abridged(stated.digest)}, the image has ${abridged(computedDigest)}`;
  return [cmsFinding(document, node, ['authenticode-digest-mismatch', text])];
}

function abridged(hex: string): string {
  return hex.length > 16 ? `${hex.slice(0, 16)}…` : hex;
}

/** Zeros after the CMS inside dwLength are padding (sbsign and pesign write them); anything else hides there. */
function trailingBytes(entry: WinCertificate, { root }: DerDocument, pe: PeImage): readonly Finding[] {
  const trailing = entry.content.subarray(root.end);
  if (trailing.every((byte) => byte === 0)) return [];
  const start = entry.offsetBytes + WIN_CERTIFICATE_HEADER_BYTES + root.end;
  const text = `${trailing.length} bytes after the CMS of an entry, not all zero`;
  return [tableFinding(pe, ['certificate-table-trailing-bytes', text, [start, start + trailing.length]])];
}

function blank(entry: WinCertificate): Signature {
  return unreadSignature({
    scheme: 'authenticode',
    index: entry.index,
    offsetBytes: entry.offsetBytes,
    sizeBytes: entry.sizeBytes,
    cmsOffsetBytes: entry.offsetBytes + WIN_CERTIFICATE_HEADER_BYTES,
  });
}
