import { attempt } from '../bytes/format-error.ts';
import type { Reader } from '../bytes/reader.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import { readPe } from '../formats/pe.ts';
import { readPeSbat } from '../formats/sbat.ts';
import { linkChecker } from './chain.ts';
import {
  blockedBy,
  broken,
  type EnforcerQuestion,
  type EnforcerRuling,
  type EntryRuling,
  type SignerRuling,
} from './enforcer.ts';
import type { RuleCode } from './enforcer-rules.ts';
import { type ImageHash, imageHash } from './image-hash.ts';
import { messageFault, type OpensslMessage, readOpensslMessage } from './openssl-message.ts';
import { enrolled, type EnrolledCertificate, type OpensslTrust, trustedBy } from './openssl-trust.ts';
import type { CertificateDirectory } from './pe-header.ts';
import { imageDigestsByAlgorithm } from './revocation.ts';
import { NEWEST_SBAT_LEVEL } from './sbat-level.ts';
import { readShimImage, type ShimImage } from './shim-image.ts';

/**
 * Judges a file as shim 16.1 does (shim.c `verify_buffer_authenticode`, `verify_one_signature`; sbat.c).
 *
 * - An image digest that is listed ends the matter: revoked ones refuse, allowed ones are accepted.
 * - Every entry is looked at, and one good one is enough; a revoked certificate makes its own entry count for nothing.
 * - Image digests are SHA-256, in lists SHA-1 too.
 * - Of the certificates of one EFI signature list only the first is looked at.
 */
export async function judgeAsShim(question: EnforcerQuestion): Promise<EnforcerRuling> {
  const { bytes, layer, engine } = question;
  const read = attempt(() => readShimImage(bytes, layer));
  if (!read.ok) return blockedBy(read.finding);
  const image = read.value;
  const hash = imageHash(bytes, image.hashed, engine);
  const revoked = await listedDigest(question.revoked, hash);
  if (revoked !== null) {
    const place = { layer, offsetBytes: 0, lengthBytes: bytes.length };
    return blockedBy(broken('revoked-image', `the image is revoked by its ${revoked}`, place));
  }
  const sbat = sbatFault(question);
  const digestListed = (await listedDigest(question.anchors, hash)) === null ? 'no' : 'yes';
  const { entries, fault } = await judgeEntries(question, image, hash);
  const blocked = [...(digestListed === 'yes' ? [] : fault), ...sbat];
  const otherwise = broken('no-signature', 'the image carries no signature, and its digest is not listed', {
    layer,
    offsetBytes: 0,
  });
  return { blocked, entries, digestListed, covers: hash.covers, otherwise };
}

const LISTED_DIGESTS = ['sha256', 'sha1'] as const;

async function listedDigest(anchors: readonly Anchor[], hash: ImageHash): Promise<string | null> {
  const listed = imageDigestsByAlgorithm(anchors);
  for (const algorithm of LISTED_DIGESTS) {
    const digest = listed.has(algorithm) ? await hash.of(algorithm) : null;
    if (digest !== null && listed.get(algorithm)?.has(digest) === true) return `${algorithm} ${digest}`;
  }
  return null;
}

interface ShimContext extends OpensslTrust {
  readonly layer: string;
  readonly digest: string;
  readonly db: readonly EnrolledCertificate[];
  readonly dbx: readonly EnrolledCertificate[];
  /** Certificates of db that shim passes over, each with the rule. */
  readonly passedOver: readonly PassedOver[];
}

interface PassedOver {
  readonly rule: RuleCode;
  readonly enrolled: EnrolledCertificate;
}

async function judgeEntries(
  { layer, anchors, revoked, engine }: EnforcerQuestion,
  { header, table }: ShimImage,
  hash: ImageHash,
): Promise<{ readonly entries: readonly EntryRuling[]; readonly fault: readonly Reason[] }> {
  const ranked = enrolled(anchors).map((one) => ({ rule: passedOverBy(one), enrolled: one }));
  const context: ShimContext = {
    layer,
    digest: (await hash.of('sha256')) ?? '',
    links: linkChecker(engine),
    curves: 'no',
    library: '1.0.2',
    engine,
    db: ranked.flatMap(({ rule, enrolled: one }) => (rule === null ? [one] : [])),
    dbx: enrolled(revoked).filter((one) => passedOverBy(one) === null),
    passedOver: ranked.flatMap(({ rule, enrolled: one }) => (rule === null ? [] : [{ rule, enrolled: one }])),
  };
  const entries: EntryRuling[] = [];
  for (let at = 0; at < table.sizeBytes; ) {
    const length = entryLength(header.reader, table, at);
    if (typeof length !== 'number') return { entries, fault: [length] };
    entries.push(
      await judgeEntry(context, header.reader, { index: entries.length, at: table.offsetBytes + at, length }),
    );
    at = Math.ceil((at + length) / 8) * 8;
  }
  return { entries, fault: [] };
}

const HEADER_BYTES = 8;

/** dwLength of the entry at an offset in the table; any fault ends the walk and refuses the file. */
function entryLength(reader: Reader, { offsetBytes, sizeBytes }: CertificateDirectory, at: number): number | Reason {
  const left = Math.min(sizeBytes, reader.bytes.length - offsetBytes) - at;
  const place = { layer: reader.layer, offsetBytes: offsetBytes + at };
  // Eight bytes alone are no entry either (measured).
  if (left <= HEADER_BYTES) return broken('table-end', `${left} bytes at the end of the table are no entry`, place);
  const length = reader.u32(offsetBytes + at);
  if (length >= HEADER_BYTES && length <= left) return length;
  const rule = at === 0 ? 'entry-length' : 'table-end';
  return broken(rule, `an entry of ${length} bytes where the table has ${left} left`, place);
}

interface ShimEntry {
  readonly index: number;
  readonly at: number;
  readonly length: number;
}

/** `verify_one_signature`: deny, then allow. */
async function judgeEntry(
  context: ShimContext,
  reader: Reader,
  { index, at, length }: ShimEntry,
): Promise<EntryRuling> {
  const refused = (reason: Reason): EntryRuling => ({ index, trusted: 'no', signers: [], objections: [reason] });
  const place = { layer: context.layer, offsetBytes: at };
  if (reader.u16(at + 6) !== 2) return refused(broken('entry-skipped', 'an entry of another type is skipped', place));
  const blob = { layer: context.layer, offsetBytes: at + HEADER_BYTES };
  const read = attempt(() => readOpensslMessage(reader.slice(at + HEADER_BYTES, length - HEADER_BYTES), blob));
  if (!read.ok) return refused(read.finding);
  const { curves, engine, digest } = context;
  const fault = await messageFault(read.value, { imageDigest: digest, curves, library: '1.0.2', engine });
  if (fault !== null) return refused(fault);
  const revoked = await trustedBy(read.value, context.dbx, context);
  if (!('code' in revoked)) {
    const text = `the signature leads to \`${revoked.certificate.subject}\`, which is revoked`;
    return refused(broken('revoked-certificate', text, blob));
  }
  const trusted = await trustedBy(read.value, context.db, context);
  if ('code' in trusted) return refused(await passedOverReason(context, read.value, trusted));
  const signers = read.value.signed.signers.map((): SignerRuling => ({ anchor: trusted.anchor, objections: [] }));
  return { index, trusted: 'yes', signers, objections: [] };
}

/** shim.c `check_db_cert_in_ram`: the first of its list, in DER of a two-octet length, and not for signing modules. */
function passedOverBy({ anchor, certificate }: EnrolledCertificate): RuleCode | null {
  const { der, extendedKeyUsage } = certificate;
  if (anchor.kind === 'certificate' && anchor.listed === 'behind-first') return 'anchor-behind-first';
  if (der[0] !== 0x30 || der[1] !== 0x82) return 'anchor-length-form';
  return extendedKeyUsage?.includes(MODULE_SIGNING) === true ? 'anchor-for-modules' : null;
}

const MODULE_SIGNING = '1.3.6.1.4.1.2312.16.1.2';

/** Names the certificate that would have been trusted, had shim looked at it. */
async function passedOverReason(context: ShimContext, message: OpensslMessage, otherwise: Reason): Promise<Reason> {
  const skipped = context.passedOver.map(({ enrolled: one }) => one);
  const missed = skipped.length === 0 ? otherwise : await trustedBy(message, skipped, context);
  if ('code' in missed) return otherwise;
  const rule = context.passedOver.find(({ enrolled: one }) => one === missed)?.rule ?? 'signer-unknown';
  const text = `the signature leads to \`${missed.certificate.subject}\`, at which shim does not look`;
  return broken(rule, text, message.place);
}

/** sbat.c `verify_sbat`: any component that both name, below the level. */
function sbatFault({ bytes, layer, machine }: EnforcerQuestion): readonly Reason[] {
  const level = machine.sbatLevel ?? NEWEST_SBAT_LEVEL;
  if (level.size === 0) return [];
  const read = attempt(() => readPeSbat(readPe(bytes, layer)));
  if (!read.ok) return [broken('sbat', read.finding.text, read.finding)];
  const place = { layer, offsetBytes: 0 };
  if (read.value === null) {
    return machine.sbatAbsent === 'refused' ? [broken('sbat', 'the image has no SBAT metadata', place)] : [];
  }
  const old = read.value.find(({ component, generation }) => generation < (level.get(component) ?? 0));
  if (old === undefined) return [];
  const least = level.get(old.component) ?? 0;
  return [broken('sbat', `${old.component} has generation ${old.generation}, the level is ${least}`, place)];
}
