import type { Engine, HashName } from '../bytes/engine.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import { digestOf } from '../signing/algorithms.ts';
import type { SignedData } from '../signing/cms.ts';
import type { Certificate } from '../signing/signature.ts';
import { earlySigningTime } from '../signing/attribute-values.ts';
import { signingTimeOf, type SignerInfo } from '../signing/signer-info.ts';
import { attempt } from '../bytes/format-error.ts';
import { broken } from './enforcer.ts';
import {
  checkLink,
  checkWithKey,
  issuerSerialId,
  linuxAuthority,
  type LinuxCertificate,
  linuxId,
} from './linux-certificate.ts';
import type { LinuxKeyring } from './linux-keyring.ts';
import { linuxScheme, linuxSignedBytes, nodePlace, statesDigest } from './linux-message.ts';

/** A message whose certificates were parsed. */
export interface LinuxMessage {
  readonly signed: SignedData;
  readonly certificates: readonly LinuxCertificate[];
  readonly engine: Engine;
}

/** A SignerInfo that was verified as far as the message alone allows. */
export interface VerifiedSigner {
  readonly signer: SignerInfo;
  /** The signer and its issuers within the message; empty when the signer is not embedded. */
  readonly chain: readonly LinuxCertificate[];
  /** `yes` when the last of the chain signed itself. */
  readonly closed: 'yes' | 'no';
}

/** crypto/asymmetric_keys/pkcs7_verify.c `pkcs7_verify_one`: a fault is one of the whole message. */
export async function verifySigner(message: LinuxMessage, signer: SignerInfo): Promise<VerifiedSigner | Reason> {
  const { signed, certificates } = message;
  const place = nodePlace(signed, signer.node);
  const content = signed.content?.octets ?? new Uint8Array();
  const digest = await message.engine.digest(hashOf(signer), [content]);
  const fault = statesDigest(signed, signer.signedAttributes, digest);
  if (fault !== null) return fault;
  const id = signerId(signer);
  const embedded = certificates.find(({ certificate }) => linuxId(certificate) === id);
  if (embedded === undefined) return { signer, chain: [], closed: 'no' };
  const time = signingTimeFault(message, signer, embedded.certificate);
  if (time !== null) return time;
  const answer = await checkSignerWith(message, signer, embedded.certificate);
  if (answer.kind !== 'good') return broken('signature-bad', answer.text, place);
  return embeddedChain(message, signer, embedded);
}

/** Issuer and serial number, or key identifier: `sinfo->sig->auth_ids[0]`. */
function signerId({ identifier }: SignerInfo): string {
  if (identifier.kind === 'key-id') return identifier.hex;
  const { issuer, serial } = identifier;
  return issuerSerialId(serial, issuer);
}

function hashOf({ digest }: SignerInfo): HashName {
  const name = digestOf(digest.oid);
  if (name === null) throw new Error('the digest was not checked');
  return name;
}

/** The clock is not asked; what the signer says of the time is compared with its certificate. */
function signingTimeFault({ signed }: LinuxMessage, signer: SignerInfo, certificate: Certificate): Reason | null {
  const place = nodePlace(signed, signer.node);
  const read = attempt(() => signingTimeOf(signed.document, signer.signedAttributes));
  if (!read.ok) return broken('signing-time', read.finding.text, place);
  if (read.value === null) return null;
  if (earlySigningTime(signed.document, signer) !== null) {
    return broken('signing-time', `${read.value} as a GeneralizedTime, where UTCTime has to be`, place);
  }
  const time = new Date(read.value).getTime();
  const { notBefore, notAfter, subject } = certificate;
  if (notBefore.getTime() <= time && time <= notAfter.getTime()) return null;
  return broken('signing-time', `signed at ${read.value}, outside the validity of \`${subject}\``, place);
}

async function checkSignerWith(
  { signed, engine }: LinuxMessage,
  signer: SignerInfo,
  certificate: Certificate,
): ReturnType<typeof checkWithKey> {
  const { signedAttributes, signature } = signer;
  const scheme = linuxScheme(signer) ?? { kind: 'unsupported', oid: signer.algorithm.oid };
  const content = signed.content?.octets ?? new Uint8Array();
  const covered = signedAttributes === null ? content : linuxSignedBytes(signed, signedAttributes.node);
  return checkWithKey(certificate, { scheme, digest: hashOf(signer), message: covered, signature }, engine);
}

/** `pkcs7_verify_sig_chain`: issuers by authority key identifier alone; names and CA flags are not looked at. */
async function embeddedChain(
  { signed, certificates, engine }: LinuxMessage,
  signer: SignerInfo,
  first: LinuxCertificate,
): Promise<VerifiedSigner | Reason> {
  const place = nodePlace(signed, signer.node);
  const chain = [first];
  for (let last = first; last.selfSigned === 'no'; last = chain.at(-1) ?? first) {
    const issuer = issuerAmong(certificates, last.certificate);
    if (issuer === null || chain.includes(issuer)) return { signer, chain, closed: 'no' };
    const { keyId } = linuxAuthority(last.certificate);
    if (keyId !== null && issuer.certificate.subjectKeyId !== keyId) {
      const text = `the issuer of \`${last.certificate.subject}\` has another key than it is named by`;
      return broken('chain-key-identifier', text, place);
    }
    const link = await checkLink(last.certificate, issuer.certificate, engine);
    if (link.kind !== 'good') {
      const text = `\`${last.certificate.subject}\` is not signed by \`${issuer.certificate.subject}\`: ${link.text}`;
      return broken('chain-signature-bad', text, place);
    }
    chain.push(issuer);
  }
  return { signer, chain, closed: 'yes' };
}

function issuerAmong(certificates: readonly LinuxCertificate[], certificate: Certificate): LinuxCertificate | null {
  const { keyId, issuerSerial } = linuxAuthority(certificate);
  const issuer =
    issuerSerial === null
      ? certificates.find((other) => keyId !== null && other.certificate.subjectKeyId === keyId)
      : certificates.find((other) => linuxId(other.certificate) === issuerSerial);
  return issuer ?? null;
}

/** Whether a keyring vouches for a SignerInfo; `rejected` fails the whole message. */
export type LinuxTrust =
  | { readonly kind: 'trusted'; readonly anchor: Anchor }
  | { readonly kind: 'unknown' | 'rejected'; readonly reason: Reason };

/**
 * crypto/asymmetric_keys/pkcs7_trust.c `pkcs7_validate_trust_one`: any certificate of the chain that is in the keyring,
 * else the key that issued the last one, else the key that the SignerInfo names.
 */
export async function trustSigner(
  message: LinuxMessage,
  { signer, chain, closed }: VerifiedSigner,
  keyring: LinuxKeyring,
): Promise<LinuxTrust> {
  const place = nodePlace(message.signed, signer.node);
  for (const [index, { certificate }] of chain.entries()) {
    const key = await keyring.find(linuxId(certificate), certificate.subjectKeyId);
    if (typeof key === 'string') continue;
    const below = chain[index - 1]?.certificate ?? null;
    return vouched(message, { signer, below, key: key.certificate, anchor: key.anchor });
  }
  const last = chain.at(-1)?.certificate ?? null;
  const unknown = broken('signer-unknown', unknownText(last), place);
  if (closed === 'yes') return { kind: 'unknown', reason: unknown };
  const { keyId, issuerSerial } = last === null ? { keyId: null, issuerSerial: null } : linuxAuthority(last);
  if (last !== null && (keyId ?? issuerSerial) !== null) {
    const key = await keyring.find(issuerSerial, keyId);
    if (key === 'rejected') {
      const text = `the trusted issuer of \`${last.subject}\` has another key than it is named by`;
      return { kind: 'rejected', reason: broken('chain-key-identifier', text, place) };
    }
    if (key !== 'absent') return vouched(message, { signer, below: last, key: key.certificate, anchor: key.anchor });
  }
  const direct = await keyring.find(signerId(signer), null);
  if (typeof direct === 'string') return { kind: 'unknown', reason: unknown };
  return vouched(message, { signer, below: null, key: direct.certificate, anchor: direct.anchor });
}

function unknownText(last: Certificate | null): string {
  if (last === null) return 'the signer is neither embedded nor in the keyring';
  return `\`${last.subject}\` is not in the keyring, nor is its issuer`;
}

interface Voucher {
  readonly signer: SignerInfo;
  /** The certificate that the key must have signed; null when it must have signed the message itself. */
  readonly below: Certificate | null;
  readonly key: Certificate;
  readonly anchor: Anchor;
}

/** The trusted key must verify what stands below it, though the message's own copy did already. */
async function vouched(message: LinuxMessage, { signer, below, key, anchor }: Voucher): Promise<LinuxTrust> {
  const answer =
    below === null ? await checkSignerWith(message, signer, key) : await checkLink(below, key, message.engine);
  if (answer.kind === 'good') return { kind: 'trusted', anchor };
  const what = below === null ? 'the message' : `\`${below.subject}\``;
  const text = `the trusted key of \`${key.subject}\` did not sign ${what}: ${answer.text}`;
  return { kind: 'rejected', reason: broken('chain-signature-bad', text, nodePlace(message.signed, signer.node)) };
}
