import type { HashName } from '../bytes/engine.ts';
import { attempt } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import { archOfMachine } from '../formats/pe-machine.ts';
import { impossibleValue } from '../signing/attribute-values.ts';
import type { Certificate } from '../signing/signature.ts';
import { linkChecker } from './chain.ts';
import { readEdk2Image, type Edk2Image } from './edk2-image.ts';
import { edk2LoadFault } from './edk2-load.ts';
import { type Edk2Entry, edk2DigestOf, readEdk2Table } from './edk2-table.ts';
import { timestampObjection } from './edk2-timestamp.ts';
import {
  blockedBy,
  broken,
  EDK2_CURVE_ARCHES,
  type EnforcerQuestion,
  type EnforcerRuling,
  type EntryRuling,
  isAccepted,
  refusal,
  type RulePlace,
  type SignerRuling,
} from './enforcer.ts';
import { type ImageHash, imageHash } from './image-hash.ts';
import { messageFault, type OpensslMessage, readOpensslMessage } from './openssl-message.ts';
import { enrolled, type EnrolledCertificate, type OpensslTrust, trustedBy } from './openssl-trust.ts';
import { imageDigestsByAlgorithm } from './revocation.ts';

/**
 * Judges a file as EDK2 2026.08 does under Secure Boot (SecurityPkg DxeImageVerificationLib.c
 * `DxeImageVerificationHandler`).
 *
 * - Every entry is looked at: one that dbx forbids forbids the file, one that db allows is enough.
 * - An image digest allows and forbids, of a signed file only in the algorithm of each signature.
 * - A TBS digest with a time leaves alone what an authority of dbt says was signed no later; without a dbt, nothing.
 */
export async function judgeAsEdk2(question: EnforcerQuestion): Promise<EnforcerRuling> {
  const { bytes, layer, engine } = question;
  const read = attempt(() => readEdk2Image(bytes, layer));
  if (!read.ok) return blockedBy(read.finding);
  const image = read.value;
  const hash = image.hashed === null ? null : imageHash(bytes, image.hashed, engine);
  const context = contextOf(question, image, hash);
  const ruling = await (image.table === null ? judgeUnsigned(context) : judgeSigned(context, image.table));
  const fault = isAccepted(ruling) ? edk2LoadFault(image) : null;
  return fault === null ? ruling : { ...ruling, blocked: [fault] };
}

interface Edk2Context extends OpensslTrust {
  readonly question: EnforcerQuestion;
  readonly image: Edk2Image;
  readonly hash: ImageHash | null;
  readonly db: readonly EnrolledCertificate[];
  readonly dbx: readonly EnrolledCertificate[];
  readonly dbt: readonly EnrolledCertificate[];
  /** Image digests of db and of dbx, by algorithm. */
  readonly allowed: ReturnType<typeof imageDigestsByAlgorithm>;
  readonly forbidden: ReturnType<typeof imageDigestsByAlgorithm>;
}

function contextOf(question: EnforcerQuestion, image: Edk2Image, hash: ImageHash | null): Edk2Context {
  const { anchors, revoked, engine, machine } = question;
  return {
    question,
    image,
    hash,
    engine,
    links: linkChecker(engine),
    library: '3.5',
    curves: EDK2_CURVE_ARCHES.includes(archOfMachine(image.header.machine)) ? 'yes' : 'no',
    db: enrolled(anchors),
    dbx: enrolled(revoked),
    dbt: enrolled(machine.dbt ?? []),
    allowed: imageDigestsByAlgorithm(anchors),
    forbidden: imageDigestsByAlgorithm(revoked),
  };
}

/** Every algorithm of which db or dbx could hold a digest; those of which neither does are not computed. */
const UNSIGNED_DIGESTS: readonly HashName[] = ['sha512', 'sha384', 'sha256', 'sha1'];

async function judgeUnsigned({ question, hash, allowed, forbidden }: Edk2Context): Promise<EnforcerRuling> {
  const { layer } = question;
  const place = { layer, offsetBytes: 0 };
  const otherwise = broken('no-signature', 'the image carries no signature, and its digest is not listed', place);
  let listed: 'yes' | 'no' = 'no';
  for (const algorithm of UNSIGNED_DIGESTS) {
    if (!allowed.has(algorithm) && !forbidden.has(algorithm)) continue;
    const digest = hash === null ? null : await hash.of(algorithm);
    if (digest === null) continue;
    if (lists(forbidden, algorithm, digest)) return blockedBy(revokedImage(question, algorithm, digest));
    if (lists(allowed, algorithm, digest)) listed = 'yes';
  }
  return { blocked: [], entries: [], digestListed: listed, covers: hash?.covers ?? [], otherwise };
}

async function judgeSigned(context: Edk2Context, table: NonNullable<Edk2Image['table']>): Promise<EnforcerRuling> {
  const { question, image, hash } = context;
  const walked = readEdk2Table(image.header.reader, table);
  const rulings: EntryRuling[] = [];
  let listed: 'yes' | 'no' = 'no';
  const covers = hash?.covers ?? [];
  const place = { layer: question.layer, offsetBytes: table.offsetBytes };
  const otherwise = broken('no-signature', 'the table holds no signature that EDK2 looks at', place);
  for (const entry of walked.entries) {
    const judged = await judgeEntry(context, entry);
    if (judged.forbids !== null) {
      return { blocked: [judged.forbids], entries: rulings, digestListed: 'no', covers, otherwise };
    }
    rulings.push(judged.ruling);
    if (judged.digestListed === 'yes') listed = 'yes';
  }
  const blocked = walked.fault === null ? [] : [walked.fault];
  return { blocked, entries: rulings, digestListed: listed, covers, otherwise };
}

interface JudgedEntry {
  readonly ruling: EntryRuling;
  /** Why the entry refuses the whole file. */
  readonly forbids: Reason | null;
  readonly digestListed: 'yes' | 'no';
}

/** One turn of the loop: hash, dbx, db, then the image digest in the same two. */
async function judgeEntry(context: Edk2Context, entry: Edk2Entry): Promise<JudgedEntry> {
  const { question, image, hash, allowed, forbidden } = context;
  const { index, blob } = entry;
  const at = { layer: question.layer, offsetBytes: entry.offsetBytes };
  const skipped = (reason: Reason): JudgedEntry => ({
    ruling: { index, trusted: 'no', signers: [], objections: [reason] },
    forbids: null,
    digestListed: 'no',
  });
  if (blob === null) return skipped(broken('entry-skipped', 'an entry of a type that is not looked at', at));
  const algorithm = edk2DigestOf(blob.bytes);
  if (algorithm === null) {
    const text = 'no digest algorithm that EDK2 hashes images with, at offset 32 of the blob';
    return skipped(broken('cms-digest-offset', text, { ...at, offsetBytes: blob.at + 32 }));
  }
  const digest = hash === null ? null : await hash.of(algorithm);
  if (digest === null) return skipped(noDigest(image, at));
  const judged = await judgeBlob(context, entry, { algorithm, digest });
  if (judged.forbids !== null) return { ...judged, digestListed: 'no' };
  if (lists(forbidden, algorithm, digest)) {
    return { ...judged, forbids: revokedImage(question, algorithm, digest), digestListed: 'no' };
  }
  return { ...judged, digestListed: lists(allowed, algorithm, digest) ? 'yes' : 'no' };
}

function noDigest({ hashed }: Edk2Image, place: { layer: string; offsetBytes: number }): Reason {
  const text = hashed === null ? 'headers, sections and table sum to more than the file' : 'no such digest here';
  return broken('hash-overrun', text, place);
}

interface EntryDigest {
  readonly algorithm: HashName;
  readonly digest: string;
}

async function judgeBlob(
  context: Edk2Context,
  { index, blob }: Edk2Entry,
  { digest }: EntryDigest,
): Promise<Omit<JudgedEntry, 'digestListed'>> {
  const { question, curves, engine } = context;
  const refused = (reason: Reason): EntryRuling => ({ index, trusted: 'no', signers: [], objections: [reason] });
  const place = { layer: question.layer, offsetBytes: blob?.at ?? 0 };
  const read = attempt(() => readEdk2Message(blob?.bytes ?? new Uint8Array(), place));
  const fault = read.ok
    ? await messageFault(read.value, { imageDigest: digest, curves, library: '3.5', engine })
    : read.finding;
  const forbids = await forbiddenByDbx(context, read.ok ? read.value : null, fault);
  if (forbids !== null) return { ruling: refused(forbids), forbids };
  if (!read.ok) return { ruling: refused(read.finding), forbids };
  if (fault !== null) return { ruling: refused(fault), forbids };
  const trusted = await trustedBy(read.value, context.db, context);
  if ('code' in trusted)
    return { ruling: { ...refused(trusted), signers: refusedSigners(read.value, trusted) }, forbids };
  const revoked = await tbsRevocation(context, [trusted.certificate], read.value);
  if (revoked !== null) return { ruling: refused(revoked), forbids };
  const signers = read.value.signed.signers.map((): SignerRuling => ({ anchor: trusted.anchor, objections: [] }));
  return { ruling: { index, trusted: 'yes', signers, objections: [] }, forbids };
}

/** Parses as its OpenSSL does. @throws FormatError with the code of the rule that refuses. */
function readEdk2Message(blob: Uint8Array, place: RulePlace): OpensslMessage {
  const message = readOpensslMessage(blob, place);
  const short = message.signed.signers.map(impossibleValue).find((value) => value !== null);
  if (short === undefined) return message;
  const text = 'an attribute with a time or a string of an impossible length';
  throw refusal('cms-attribute-value', text, { ...place, offsetBytes: place.offsetBytes + short.start });
}

function refusedSigners({ signed }: OpensslMessage, reason: Reason): readonly SignerRuling[] {
  return signed.signers.map(() => ({ anchor: null, objections: [reason] }));
}

/**
 * `IsForbiddenByDbx`: where there is a dbx, a message whose signers cannot be found is forbidden, and so are one that a
 * certificate of dbx verifies and one whose signer is listed by its TBS digest.
 */
async function forbiddenByDbx(
  context: Edk2Context,
  message: OpensslMessage | null,
  fault: Reason | null,
): Promise<Reason | null> {
  if (context.question.revoked.length === 0) return null;
  if (message !== null && fault === null) {
    const revoked = await trustedBy(message, context.dbx, context);
    if (!('code' in revoked)) {
      const text = `the signature leads to \`${revoked.certificate.subject}\`, which is revoked`;
      return broken('revoked-certificate', text, message.place);
    }
  }
  if (message === null || message.signers === null) {
    const text = `there is a dbx, and the signers cannot be found: ${fault?.text ?? 'none'}`;
    return broken('signers-unreadable', text, fault ?? { layer: context.question.layer, offsetBytes: 0 });
  }
  return tbsRevocation(context, message.signers, message);
}

async function tbsRevocation(
  context: Edk2Context,
  certificates: readonly Certificate[],
  message: OpensslMessage,
): Promise<Reason | null> {
  for (const certificate of certificates) {
    const listed = await tbsEntry(context, certificate);
    if (listed === null) continue;
    const { revokedFrom } = listed;
    const objection = revokedFrom === null ? '' : await timestampObjection(message, revokedFrom, context);
    if (objection === null) continue;
    const since = revokedFrom === null ? '' : ` since ${revokedFrom}, and ${objection}`;
    return broken('revoked-tbs', `\`${certificate.subject}\` is revoked by its TBS digest${since}`, message.place);
  }
  return null;
}

/** `IsCertHashFoundInDbx`: the first entry that lists the certificate, and no other, says from when on. */
async function tbsEntry(
  { question, engine }: Edk2Context,
  { tbs }: Certificate,
): Promise<Extract<Anchor, { kind: 'tbs-digest' }> | null> {
  const digests = new Map<HashName, string>();
  for (const anchor of question.revoked) {
    if (anchor.kind !== 'tbs-digest') continue;
    const digest = digests.get(anchor.algorithm) ?? hexOf(await engine.digest(anchor.algorithm, [tbs]));
    digests.set(anchor.algorithm, digest);
    if (digest === anchor.hex) return anchor;
  }
  return null;
}

function lists(listed: Edk2Context['allowed'], algorithm: HashName, digest: string): boolean {
  return listed.get(algorithm)?.has(digest) === true;
}

function revokedImage({ layer, bytes }: EnforcerQuestion, algorithm: HashName, digest: string): Reason {
  const text = `the image is revoked by its ${algorithm} ${digest}`;
  return broken('revoked-image', text, { layer, offsetBytes: 0, lengthBytes: bytes.length });
}
