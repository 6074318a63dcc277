import { createHash, type KeyObject } from 'node:crypto';
import { concatBytes } from './bytes.ts';
import {
  bitString,
  context,
  contextPrimitive,
  integer,
  namedBits,
  octetString,
  oid,
  preciseTime,
  sequence,
  setOf,
  time,
  trueValue,
  unsignedInteger,
  utf8String,
} from './der.ts';
import { generateSigningKeys, isMlDsa, type KeyKind, publicKeyInfo, type SigningKeys } from './keys.ts';
import type { MlDsaKind } from './ml-dsa-keys.ts';
import { type DigestName, signatureAlgorithm, signBytes } from './signature-algorithms.ts';

/**
 * Makes a certificate and holds its private key (RFC 5280).
 *
 * Without an issuer the certificate is self-signed. By default it is an end-entity certificate for code signing, valid
 * from 2024 to 2044. Give `keys` from a `KeyRing` where the key may be shared or kept.
 */
export function newSigner(spec: SignerSpec): Signer {
  const keys = typeof spec.key === 'string' ? generateSigningKeys(spec.key) : spec.key;
  const subjectDer = distinguishedName(spec.subject);
  const publicKeyDer = spec.publicKeyInfo ?? publicKeyInfo(keys);
  const subjectKeyId = sha1(publicKeyDer);
  const serial = spec.serial ?? defaultSerial(subjectDer, publicKeyDer);
  const issuer = spec.issuer ?? { subjectDer, subjectKeyId, keys };
  const digest = spec.digest ?? digestFor(issuer.keys.kind);
  const algorithm = signatureAlgorithm({ keys: issuer.keys, digest });
  const tbsDer = sequence(
    context(0, integer(2)), // version 3
    unsignedInteger(serial),
    algorithm,
    issuer.subjectDer,
    sequence(...[spec.notBefore ?? DEFAULT_NOT_BEFORE, spec.notAfter ?? DEFAULT_NOT_AFTER].map(timesOf(spec))),
    subjectDer,
    publicKeyDer,
    context(3, sequence(...extensions(spec, subjectKeyId, issuer.subjectKeyId))),
  );
  const signature = signBytes({ keys: issuer.keys, digest }, tbsDer);
  const certificateDer = sequence(tbsDer, algorithm, bitString(signature));
  return {
    subject: spec.subject,
    certificateDer,
    certificatePem: pemOf(certificateDer),
    tbsDer,
    subjectDer,
    issuerDer: issuer.subjectDer,
    serial,
    subjectKeyId,
    keys,
    privateKey: isMlDsa(keys) ? null : keys.privateKey,
    issuer: spec.issuer ?? null,
  };
}

/** A certificate to be made. */
export interface SignerSpec {
  /** Common name. */
  readonly subject: string;
  /** Kind of key to make, or the pair to use. */
  readonly key: KeyKind | MlDsaKind | SigningKeys;
  /** SubjectPublicKeyInfo instead of that of the key. */
  readonly publicKeyInfo?: Uint8Array;
  readonly issuer?: Signer;
  /** Whether it may issue certificates: basicConstraints and keyUsage follow. */
  readonly ca?: boolean;
  /** pathLenConstraint of a CA. */
  readonly pathLength?: number;
  /** Extended key usages by name or object identifier; default `codeSigning`, none for a CA. */
  readonly eku?: readonly string[];
  readonly ekuCriticality?: 'critical' | 'non-critical';
  /** Default: certificate and CRL signing for a CA, no extension otherwise. */
  readonly keyUsage?: readonly KeyUsage[];
  readonly notBefore?: Date;
  /** `general`: GeneralizedTime also where UTCTime has to be. */
  readonly timeForm?: 'usual' | 'general';
  readonly notAfter?: Date;
  /** Digest of the issuer's signature; default sha256, with P-384 sha384, with P-521 sha512. */
  readonly digest?: DigestName;
  /** Big-endian octets; default: from subject and key. */
  readonly serial?: Uint8Array;
  /** Further extensions as DER, such as an unknown critical one. */
  readonly extraExtensions?: readonly Uint8Array[];
}

/** A certificate with its private key. */
export interface Signer {
  readonly subject: string;
  readonly certificateDer: Uint8Array;
  readonly certificatePem: string;
  /** The part of the certificate that its issuer signed. */
  readonly tbsDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly serial: Uint8Array;
  readonly subjectKeyId: Uint8Array;
  readonly keys: SigningKeys;
  /** Null for ML-DSA. */
  readonly privateKey: KeyObject | null;
  /** Null when self-signed. */
  readonly issuer: Signer | null;
}

/** Bits of the keyUsage extension (RFC 5280, section 4.2.1.3). */
export type KeyUsage = keyof typeof KEY_USAGE_BITS;

/** The signer's certificate, then its issuers up to but without the self-signed one: what a signature usually embeds. */
export function chainOf(signer: Signer): readonly Uint8Array[] {
  const chain = [signer.certificateDer];
  for (let next = signer.issuer; next?.issuer; next = next.issuer) chain.push(next.certificateDer);
  return chain;
}

/** PEM text of a certificate (RFC 7468, section 5). */
export function pemOf(certificateDer: Uint8Array): string {
  const lines =
    Buffer.from(certificateDer)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** How the validity is written. */
function timesOf({ timeForm }: SignerSpec): (date: Date) => Uint8Array {
  return timeForm === 'general' ? preciseTime : time;
}

/** One extension (RFC 5280, section 4.1): its value is wrapped in an OCTET STRING. */
export function extension(id: string, value: Uint8Array, criticality: 'critical' | 'non-critical'): Uint8Array {
  return sequence(oid(id), ...(criticality === 'critical' ? [trueValue()] : []), octetString(value));
}

/** Name of one attribute, commonName. */
export function distinguishedName(commonName: string): Uint8Array {
  return sequence(setOf(sequence(oid('2.5.4.3'), utf8String(commonName))));
}

const DEFAULT_NOT_BEFORE = new Date('2024-01-01T00:00:00Z');
const DEFAULT_NOT_AFTER = new Date('2044-01-01T00:00:00Z');

const KEY_USAGE_BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;

const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  /** Red Hat's identifier by which shim knows keys that sign kernel modules only. */
  moduleSigning: '1.3.6.1.4.1.2312.16.1.2',
};

function extensions(spec: SignerSpec, subjectKeyId: Uint8Array, issuerKeyId: Uint8Array): readonly Uint8Array[] {
  const ca = spec.ca === true;
  const pathLength = spec.pathLength === undefined ? [] : [integer(spec.pathLength)];
  const keyUsage = spec.keyUsage ?? (ca ? CA_KEY_USAGE : []);
  const eku = spec.eku ?? (ca ? [] : ['codeSigning']);
  return [
    extension('2.5.29.19', sequence(...(ca ? [trueValue(), ...pathLength] : [])), 'critical'),
    ...(keyUsage.length === 0
      ? []
      : [extension('2.5.29.15', namedBits(keyUsage.map((usage) => KEY_USAGE_BITS[usage])), 'critical')]),
    ...(eku.length === 0
      ? []
      : [
          extension(
            '2.5.29.37',
            sequence(...eku.map((name) => oid(EXTENDED_KEY_USAGES[name] ?? name))),
            spec.ekuCriticality ?? 'non-critical',
          ),
        ]),
    extension('2.5.29.14', octetString(subjectKeyId), 'non-critical'),
    ...(spec.issuer === undefined
      ? []
      : [extension('2.5.29.35', sequence(contextPrimitive(0, issuerKeyId)), 'non-critical')]),
    ...(spec.extraExtensions ?? []),
  ];
}

const CA_KEY_USAGE: readonly KeyUsage[] = ['keyCertSign', 'cRLSign'];

function digestFor(kind: SigningKeys['kind']): DigestName {
  if (kind === 'p384') return 'sha384';
  return kind === 'p521' ? 'sha512' : 'sha256';
}

function defaultSerial(subjectDer: Uint8Array, publicKeyDer: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(concatBytes(subjectDer, publicKeyDer)).digest();
  return concatBytes(Uint8Array.of(0x42), hash.subarray(0, 15));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha1').update(bytes).digest());
}
