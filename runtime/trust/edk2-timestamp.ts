import { attempt } from '../bytes/format-error.ts';
import { elementOf } from '../signing/der.ts';
import type { Timestamp } from '../signing/signature.ts';
import { ATTRIBUTE } from '../signing/signer-info.ts';
import { collectTimestamps } from '../signing/timestamp.ts';
import { opensslChainObjection } from './openssl-chain.ts';
import { type OpensslMessage, readOpensslMessage } from './openssl-message.ts';
import type { EnrolledCertificate, OpensslTrust } from './openssl-trust.ts';

/** Whom the firmware believes about times: the certificates of dbt. */
export interface TimestampTrust extends OpensslTrust {
  readonly dbt: readonly EnrolledCertificate[];
}

/**
 * DxeImageVerificationLib.c `PassTimestampCheck`: a signature counts in spite of a revocation with a time when an authority
 * of dbt says that it was made no later. Null when it counts, or why it does not.
 *
 * - One SignerInfo, and the last RFC 3161 token among its attributes (CryptTs.c `ImageTimestampVerify`).
 * - The authority's certificates need no purpose and may have expired, as with signers (CryptTs.c `TimestampTokenVerify`).
 * - Stricter than the code: it takes an imprint of another length than its digest has without comparing it.
 */
export async function timestampObjection(
  message: OpensslMessage,
  revokedFrom: string,
  trust: TimestampTrust,
): Promise<string | null> {
  if (trust.dbt.length === 0) return 'there is no dbt';
  const stamp = await tokenOf(message, trust);
  if (stamp === null || stamp.signer === null || stamp.time === null) return 'it has no timestamp that EDK2 reads';
  const { signer, certificates: embedded, imprintMatches, intact, time } = stamp;
  if (!intact || !imprintMatches) return 'its timestamp does not hold';
  for (const { certificate: anchor } of trust.dbt) {
    const objection = await opensslChainObjection({ ...trust, signer, embedded, anchor });
    if (objection === null) return isLater(time, revokedFrom) ? `its timestamp says ${time}` : null;
  }
  return `its timestamp by \`${signer.subject}\` leads to nobody in dbt`;
}

async function tokenOf({ signed, place }: OpensslMessage, { engine }: OpensslTrust): Promise<Timestamp | null> {
  const [signer, other] = signed.signers;
  if (signer === undefined || other !== undefined) return null;
  const attribute = signer.unsignedAttributes.filter(({ oid }) => oid === ATTRIBUTE.spcTimestamp).at(-1);
  const [node] = attribute?.values ?? [];
  if (attribute === undefined || node === undefined) return null;
  if (!attempt(() => readOpensslMessage(elementOf(signed.document, node), place)).ok) return null;
  const alone = { ...signer, unsignedAttributes: [{ ...attribute, values: [node] }] };
  const [stamp = null] = await collectTimestamps(signed, alone, engine);
  return stamp;
}

/** `IsValidSignatureByTimestamp`: by whole seconds. */
function isLater(time: string, revokedFrom: string): boolean {
  return Math.floor(Date.parse(time) / 1000) > Math.floor(Date.parse(revokedFrom) / 1000);
}
