import { attempt } from '../bytes/format-error.ts';
import type { Reason } from '../contract/judgement.ts';
import type { SignedData } from '../signing/cms.ts';
import { blockedBy, broken, type EnforcerQuestion, type EnforcerRuling, type SignerRuling } from './enforcer.ts';
import { imageHash } from './image-hash.ts';
import { linuxCertificate, type LinuxCertificate } from './linux-certificate.ts';
import { type LinuxImage, readLinuxImage } from './linux-image.ts';
import { linuxKeyring } from './linux-keyring.ts';
import { nodePlace, readLinuxContent, readLinuxMessage } from './linux-message.ts';
import { type LinuxMessage, trustSigner, type VerifiedSigner, verifySigner } from './linux-trust.ts';

/**
 * Judges a file as the kexec_file_load of Linux 7.2 does (kernel/kexec_file.c `kexec_kernel_verify_pe_sig`;
 * crypto/asymmetric_keys/verify_pefile.c `verify_pefile_signature`).
 *
 * - The first entry of the certificate table is the only one.
 * - Anchors are a keyring: any certificate of the chain, or the signer alone. Image digests are not consulted, neither
 *   to allow nor to revoke; revoked certificates only where the kernel has a revocation list.
 * - Which formats a kernel can load is another question: `loads` in a policy.
 */
export async function judgeAsLinux(question: EnforcerQuestion): Promise<EnforcerRuling> {
  const { bytes, layer, engine } = question;
  const image = attempt(() => readLinuxImage(bytes, layer));
  if (!image.ok) return blockedBy(image.finding);
  const first = await judgeFirst(question, image.value);
  const trusted = first.signers.some(({ anchor }) => anchor !== null) && first.objections.length === 0;
  const objections = trusted ? [] : [...first.objections, ...first.signers.flatMap((signer) => signer.objections)];
  const hashed = attempt(() => image.value.hashed());
  return {
    blocked: trusted && !hashed.ok ? [hashed.finding] : [],
    entries: [{ index: 0, trusted: trusted ? 'yes' : 'no', signers: first.signers, objections }],
    digestListed: 'no',
    covers: hashed.ok ? imageHash(bytes, hashed.value, engine).covers : [],
    otherwise: broken('no-signature', 'the image carries no signature', { layer, offsetBytes: 0 }),
  };
}

/** What came of the first entry: objections to it as a whole, and what each signer is worth. */
interface FirstEntry {
  readonly objections: readonly Reason[];
  readonly signers: readonly SignerRuling[];
}

async function judgeFirst(question: EnforcerQuestion, image: LinuxImage): Promise<FirstEntry> {
  const place = { layer: question.layer, offsetBytes: image.messageAt };
  const read = attempt(() => readLinuxMessage(image.message, place));
  if (!read.ok) return { objections: [read.finding], signers: [] };
  const message = await parseCertificates(read.value, question);
  if ('code' in message) return { objections: [message], signers: [] };
  const verified: VerifiedSigner[] = [];
  for (const signer of message.signed.signers) {
    const one = await verifySigner(message, signer);
    if ('code' in one) return { objections: [one], signers: [] };
    verified.push(one);
  }
  const revoked = await revocation(question, message, verified);
  if (revoked !== null) return { objections: [revoked], signers: [] };
  const { signers, rejected } = await trustSigners(question, message, verified);
  if (rejected !== null) return { objections: [rejected], signers };
  const isTrusted = signers.some(({ anchor }) => anchor !== null);
  const mismatch = isTrusted ? await digestFault(question, image, message.signed) : null;
  return { objections: mismatch === null ? [] : [mismatch], signers };
}

/** A certificate that cannot be used fails the message, also when nobody needs it. */
async function parseCertificates(signed: SignedData, { engine }: EnforcerQuestion): Promise<LinuxMessage | Reason> {
  const certificates: LinuxCertificate[] = [];
  for (const certificate of signed.certificates) {
    const parsed = await linuxCertificate(certificate, engine);
    if ('code' in parsed) return broken(parsed.code, parsed.text, nodePlace(signed, signed.document.root));
    certificates.push(parsed);
  }
  return { signed, certificates, engine };
}

/** certs/blacklist.c `is_key_on_revocation_list`: the message as a keyring of revoked certificates sees it. */
async function revocation(
  { revoked, engine, machine }: EnforcerQuestion,
  message: LinuxMessage,
  verified: readonly VerifiedSigner[],
): Promise<Reason | null> {
  if (machine.linuxRevocationList !== 'yes') return null;
  const keyring = linuxKeyring(revoked, engine);
  for (const one of verified) {
    const trust = await trustSigner(message, one, keyring);
    if (trust.kind === 'unknown') continue;
    const text = trust.kind === 'trusted' ? 'a certificate of the signature is revoked' : trust.reason.text;
    return broken('revoked-certificate', text, nodePlace(message.signed, one.signer.node));
  }
  return null;
}

/** `pkcs7_validate_trust`: one trusted SignerInfo is enough, one rejected is too many. */
async function trustSigners(
  { anchors, engine }: EnforcerQuestion,
  message: LinuxMessage,
  verified: readonly VerifiedSigner[],
): Promise<{ readonly signers: readonly SignerRuling[]; readonly rejected: Reason | null }> {
  const keyring = linuxKeyring(anchors, engine);
  const signers: SignerRuling[] = [];
  for (const one of verified) {
    const trust = await trustSigner(message, one, keyring);
    if (trust.kind === 'trusted') signers.push({ anchor: trust.anchor, objections: [] });
    else signers.push({ anchor: null, objections: [trust.reason] });
    if (trust.kind === 'rejected') return { signers, rejected: trust.reason };
  }
  return { signers, rejected: null };
}

/** `pefile_digest_pe`: only now are the headers and sections hashed. */
async function digestFault(
  { bytes, engine }: EnforcerQuestion,
  image: LinuxImage,
  signed: SignedData,
): Promise<Reason | null> {
  const content = attempt(() => readLinuxContent(signed));
  if (!content.ok) return content.finding;
  const hashed = attempt(() => image.hashed());
  if (!hashed.ok) return null;
  const { algorithm, digest } = content.value;
  const computed = await imageHash(bytes, hashed.value, engine).of(algorithm);
  const place = nodePlace(signed, signed.content?.node ?? signed.document.root);
  if (computed === null) return broken('image-digest-algorithm', `${algorithm} is not available here`, place);
  if (computed.length !== digest.length) {
    return broken('image-digest-length', `a ${algorithm} of ${digest.length / 2} bytes`, place);
  }
  if (computed === digest) return null;
  const text = `the signature states ${algorithm} ${digest.slice(0, 16)}…, the image has ${computed.slice(0, 16)}…`;
  return broken('image-digest-mismatch', text, place);
}
