import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { NO_RANGES } from '../bytes/ranges.ts';
import type { PeImage } from '../formats/pe.ts';
import { digestOf } from './algorithms.ts';
import type { ImageDigests } from './authenticode.ts';
import { formFindings } from './cms-form.ts';
import { readSignedData, type SignedData, signerCertificate } from './cms.ts';
import { type DerDocument, type DerNode, readDer } from './der.ts';
import { embeddedChain } from './embedded-chain.ts';
import type { Signature } from './signature.ts';
import { checkSigner } from './signer-check.ts';
import { signingTimeOf, type SignerInfo } from './signer-info.ts';
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
  for (const signer of signed.signers) signatures.push(await signatureOf({ entry, signed, signer }, context));
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

interface EntrySigner {
  readonly entry: WinCertificate;
  readonly signed: SignedData;
  readonly signer: SignerInfo;
}

async function signatureOf({ entry, signed, signer }: EntrySigner, context: EntryContext): Promise<Signature> {
  const { document, certificates } = signed;
  const { digests, engine } = context;
  const indirect = attempt(() => indirectData(signed));
  const stated = indirect.ok ? indirect.value : null;
  const algorithm = stated?.algorithm ?? null;
  const computed = algorithm === null ? null : await digests.of(algorithm);
  const computedDigest = computed === null ? null : hexOf(computed);
  const certificate = signerCertificate(signed, signer);
  const check = await checkSigner({ signed, signer, certificate }, engine);
  const time = attempt(() => signingTimeOf(document, signer.signedAttributes));
  const digestMatches = stated !== null && computedDigest !== null && stated.digest === computedDigest;
  return {
    ...blank(entry),
    digestAlgorithm: stated === null ? null : (stated.algorithm ?? stated.algorithmOid),
    digest: stated?.digest ?? null,
    computedDigest,
    digestMatches,
    signerDigestAlgorithm: digestOf(signer.digest.oid) ?? signer.digest.oid,
    intact: check.kind === 'intact',
    keyAlgorithm: certificate === null ? null : keyAlgorithmOf(certificate.keyAlgorithm, signer),
    keyBits: certificate?.keyBits ?? null,
    signer: certificate,
    chain: certificate === null ? [] : embeddedChain(certificate, certificates),
    certificates,
    signingTime: time.ok ? time.value : null,
    covers: digests.ranges?.covers ?? NO_RANGES,
    findings: [
      ...formFindings({ signed, signer, stated }),
      ...(indirect.ok ? [] : [indirect.finding]),
      ...digestFindings({ entry, signed, signer }, { stated, computedDigest, digests }),
      ...(check.kind === 'intact' ? [] : check.findings),
      ...(time.ok ? [] : [time.finding]),
    ],
  };
}

/** An ordinary RSA key that signs with PSS is shown as what it did. */
function keyAlgorithmOf(key: Signature['keyAlgorithm'], { scheme }: SignerInfo): Signature['keyAlgorithm'] {
  return key === 'rsa' && scheme.kind === 'rsa-pss' ? 'rsa-pss' : key;
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
  return {
    scheme: 'authenticode',
    index: entry.index,
    offsetBytes: entry.offsetBytes,
    sizeBytes: entry.sizeBytes,
    cmsOffsetBytes: entry.offsetBytes + WIN_CERTIFICATE_HEADER_BYTES,
    digestAlgorithm: null,
    digest: null,
    computedDigest: null,
    digestMatches: false,
    signerDigestAlgorithm: null,
    intact: false,
    keyAlgorithm: null,
    keyBits: null,
    signer: null,
    chain: [],
    certificates: [],
    signingTime: null,
    covers: NO_RANGES,
    pcr: null,
    findings: [],
  };
}
