import type { Engine, HashName } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { digestOf, readAlgorithm } from './algorithms.ts';
import { readSignedData, type SignedData, signerCertificate } from './cms.ts';
import { fieldError, fieldsOf, octetsOf, preciseTimeOf, TAG, takeOctets } from './der-fields.ts';
import { type DerDocument, type DerNode, readDer, subDocument } from './der.ts';
import type { Certificate, Timestamp } from './signature.ts';
import { checkSigner } from './signer-check.ts';
import { ATTRIBUTE, attributeValue, readSignerInfo, signingTimeOf, type SignerInfo } from './signer-info.ts';

/** Most timestamps of one signature that are looked at; real ones have one or two. */
const TIMESTAMP_LIMIT = 8;

/**
 * Reads and checks the timestamps of a SignerInfo: RFC 3161 tokens and PKCS#9 countersignatures over its signature value.
 *
 * Never throws for what they hold: one that cannot be read has that as its finding.
 */
export async function collectTimestamps(
  signed: SignedData,
  signer: SignerInfo,
  engine: Engine,
): Promise<readonly Timestamp[]> {
  const stamped: Stamped = { signed, signer, engine };
  const timestamps: Timestamp[] = [];
  for (const { oid, values } of signer.unsignedAttributes) {
    const check = CHECKS.get(oid);
    if (check === undefined) continue;
    for (const value of values.slice(0, TIMESTAMP_LIMIT - timestamps.length)) {
      timestamps.push(await check(value, stamped));
    }
  }
  return timestamps;
}

/** Whether a timestamp is right in itself; whether its signer is believed is another question. */
export function isSoundTimestamp({ imprintMatches, intact, purposeFits, time }: Timestamp): boolean {
  return imprintMatches && intact && purposeFits && time !== null;
}

interface Stamped {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  readonly engine: Engine;
}

const CHECKS: ReadonlyMap<string, (node: DerNode, stamped: Stamped) => Promise<Timestamp>> = new Map([
  [ATTRIBUTE.spcTimestamp, checkToken],
  [ATTRIBUTE.timestampToken, checkToken],
  [ATTRIBUTE.countersignature, checkCountersignature],
]);

/** RFC 3161, section 2.4.2: a SignedData over a TSTInfo, signed by one time-stamping authority. */
async function checkToken(node: DerNode, stamped: Stamped): Promise<Timestamp> {
  const { document } = stamped.signed;
  const read = attempt(() => readToken(subDocument(document, node)));
  if (!read.ok) return { ...blank('rfc3161'), findings: [read.finding] };
  const { token, signer, info } = read.value;
  const certificate = signerCertificate(token, signer);
  const check = await checkSigner(
    { signed: token, signer, octets: token.content?.octets ?? null, certificate },
    stamped.engine,
  );
  const imprint = await digestOfSignature(info.digest, stamped);
  const imprintMatches = imprint === info.imprint;
  return {
    ...blank('rfc3161'),
    ...signerOf(certificate, token.certificates),
    time: info.time,
    digestAlgorithm: info.digest ?? info.digestOid,
    imprintMatches,
    intact: check.kind === 'intact',
    findings: findings(document, node, { check: check.findings, certificate, imprintMatches }),
  };
}

interface Token {
  readonly token: SignedData;
  readonly signer: SignerInfo;
  readonly info: TimestampInfo;
}

interface TimestampInfo {
  readonly digest: HashName | null;
  readonly digestOid: string;
  /** Lower-case hex. */
  readonly imprint: string;
  readonly time: string;
}

function readToken(document: DerDocument): Token {
  const token = readSignedData(document);
  const [signer, other] = token.signers;
  if (token.contentType !== TST_INFO || token.content?.form !== 'wrapped') {
    throw fieldError(document, document.root.start, `a timestamp token that holds ${token.contentType}, not TSTInfo`);
  }
  if (signer === undefined || other !== undefined) {
    throw fieldError(document, document.root.start, 'a timestamp token that is not signed by exactly one authority');
  }
  const { layer, offsetBytes } = document.place;
  const place = { layer, offsetBytes: offsetBytes + token.content.node.contentStart };
  return { token, signer, info: readTimestampInfo(readDer(token.content.octets, place)) };
}

/** id-ct-TSTInfo. */
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** `SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … }`; what follows the time is left alone. */
function readTimestampInfo(document: DerDocument): TimestampInfo {
  if (document.root.tag !== TAG.sequence) throw fieldError(document, 0, 'a TSTInfo that is no SEQUENCE');
  const fields = fieldsOf(document, document.root);
  fields.take(TAG.integer, 'TSTInfo version');
  fields.take(TAG.objectIdentifier, 'TSTInfo policy');
  const imprint = fieldsOf(document, fields.take(TAG.sequence, 'message imprint'));
  const algorithm = readAlgorithm(document, imprint.take(TAG.sequence, 'digest algorithm'));
  const hashed = takeOctets(document, imprint, 'hashed message');
  imprint.done('message imprint');
  fields.take(TAG.integer, 'serial number');
  const time = preciseTimeOf(document, fields.takeAny('time')).toISOString();
  return { digest: digestOf(algorithm.oid), digestOid: algorithm.oid, imprint: hexOf(hashed), time };
}

/** RFC 5652, section 11.4: a SignerInfo whose content is the signature value; its certificate is in the outer set. */
async function checkCountersignature(node: DerNode, stamped: Stamped): Promise<Timestamp> {
  const { signed, signer, engine } = stamped;
  const { document } = signed;
  const read = attempt(() => {
    const counter = readSignerInfo(document, node);
    return { counter, time: signingTimeOf(document, counter.signedAttributes) };
  });
  if (!read.ok) return { ...blank('countersignature'), findings: [read.finding] };
  const { counter, time } = read.value;
  const certificate = signerCertificate(signed, counter);
  const check = await checkSigner({ signed, signer: counter, octets: signer.signature, certificate }, engine);
  const digest = digestOf(counter.digest.oid);
  const stated = counter.signedAttributes && attributeValue(counter.signedAttributes, ATTRIBUTE.messageDigest);
  const statedHex = stated === null || typeof stated === 'string' ? null : hexOf(octetsOf(document, stated));
  const imprintMatches = statedHex !== null && statedHex === (await digestOfSignature(digest, stamped));
  return {
    ...blank('countersignature'),
    ...signerOf(certificate, signed.certificates),
    time,
    digestAlgorithm: digest ?? counter.digest.oid,
    imprintMatches,
    intact: check.kind === 'intact',
    findings: findings(document, node, { check: check.findings, certificate, imprintMatches }),
  };
}

async function digestOfSignature(digest: HashName | null, { signer, engine }: Stamped): Promise<string | null> {
  return digest === null ? null : hexOf(await engine.digest(digest, [signer.signature]));
}

function signerOf(
  certificate: Certificate | null,
  certificates: readonly Certificate[],
): Pick<Timestamp, 'signer' | 'certificates' | 'purposeFits'> {
  return { signer: certificate, certificates, purposeFits: certificate !== null && isForTimestamps(certificate) };
}

/** As OpenSSL `v3_purp.c:check_purpose_timestamp_sign`: the one extended key usage, critical. */
function isForTimestamps({ extendedKeyUsage, extendedKeyUsageCritical }: Certificate): boolean {
  const [only, other] = extendedKeyUsage ?? [];
  return only === TIME_STAMPING && other === undefined && extendedKeyUsageCritical === 'yes';
}

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

interface Checked {
  readonly check: readonly Finding[];
  readonly certificate: Certificate | null;
  readonly imprintMatches: boolean;
}

function findings(document: DerDocument, node: DerNode, checked: Checked): readonly Finding[] {
  const { layer, offsetBytes } = document.place;
  const at = { layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start };
  const { check, certificate, imprintMatches } = checked;
  const purpose = `\`${certificate?.subject ?? ''}\` is no certificate for timestamps alone`;
  return [
    ...check,
    ...(imprintMatches
      ? []
      : [{ ...at, code: 'timestamp-imprint', text: 'the timestamp is not about this signature: its digest differs' }]),
    ...(certificate === null || isForTimestamps(certificate)
      ? []
      : [{ ...at, code: 'timestamp-purpose', text: purpose }]),
  ];
}

function blank(kind: Timestamp['kind']): Timestamp {
  return {
    kind,
    time: null,
    digestAlgorithm: null,
    imprintMatches: false,
    intact: false,
    purposeFits: false,
    signer: null,
    certificates: [],
    findings: [],
  };
}
