import { forgeEsl } from './esl.ts';
import type { KeyKind, KeyRing } from './keys.ts';
import type { MlDsaKind } from './ml-dsa-keys.ts';
import { newSigner, type Signer, type SignerSpec } from './x509.ts';

/**
 * Makes the cast of the recipes: every certificate is issued on first use and stays the same afterwards.
 *
 * Keys come from the ring. Roles that do not ask for a kind of key get `usualKey`: `rsa2048` as most firmware wants,
 * `p256` where speed counts.
 */
export function newSignerSet(ring: KeyRing, usualKey: KeyKind): SignerSet {
  const made = new Map<SignerName, Signer>();
  const get = (name: SignerName): Signer => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const { keyOf, key, issuedBy, subject, ...rest } = CAST[name];
    const signer = newSigner({
      ...rest,
      subject: `Forge ${subject ?? name}`,
      key: ring.signingKeys(key ?? usualKey, keyOf ?? name),
      ...(issuedBy === undefined ? {} : { issuer: get(issuedBy) }),
    });
    made.set(name, signer);
    return signer;
  };
  return { get };
}

/** Signers by name. */
export interface SignerSet {
  get(name: SignerName): Signer;
}

/** The names in the cast; each stands for one question about trust. */
export type SignerName =
  | 'good'
  | 'good2'
  | 'evil'
  | 'imposter'
  | 'reissued'
  | 'revoked'
  | 'rsa1024'
  | 'rsa3072'
  | 'rsa4096'
  | 'p256'
  | 'p384'
  | 'p521'
  | 'ed25519'
  | 'mldsa44'
  | 'mldsa65'
  | 'mldsa87'
  | 'tsa'
  | 'tsa-for-code-too'
  | 'eku-serverauth'
  | 'eku-none'
  | 'ku-encipher'
  | 'expired'
  | 'future'
  | 'notca'
  | 'leaf-under-notca-anchor'
  | 'A-root'
  | 'A-int'
  | 'A-leaf'
  | 'A-leaf-direct'
  | 'A-leaf-sha1'
  | 'A-leaf-serverauth'
  | 'A-leaf-ku-encipher'
  | 'A-leaf-p256'
  | 'A-leaf-expired'
  | 'A-int-expired'
  | 'A-leaf-under-expired-int'
  | 'A-int-notca'
  | 'A-leaf-under-notca'
  | 'A-int-pathlen0'
  | 'A-int-under-pathlen0'
  | 'A-leaf-pathlen'
  | 'B-root'
  | 'B-int'
  | 'B-leaf'
  | 'C-root'
  | 'C-int'
  | 'C-leaf'
  | 'D-root'
  | 'D-leaf'
  | 'E-root'
  | 'E-int'
  | 'E-leaf'
  | 'F-root'
  | 'F-leaf'
  | 'G-root-expired'
  | 'G-leaf';

/** Certificates that the recipes' verdicts take as trusted (`db`). */
export const TRUSTED_SIGNERS: readonly SignerName[] = [
  'good',
  'good2',
  'revoked',
  'rsa1024',
  'rsa3072',
  'rsa4096',
  'p256',
  'p384',
  'p521',
  'ed25519',
  'eku-serverauth',
  'eku-none',
  'ku-encipher',
  'expired',
  'future',
  'notca',
  'A-root',
  'B-int',
  'C-leaf',
  'D-root',
  'E-root',
  'F-root',
  'G-root-expired',
];

/** Certificates that the recipes' verdicts take as revoked (`dbx`), whole. */
export const REVOKED_SIGNERS: readonly SignerName[] = ['revoked', 'D-leaf', 'E-int'];

/** Certificates revoked by the digest of their TBSCertificate. */
export const REVOKED_BY_DIGEST: readonly SignerName[] = ['F-leaf'];

/** The trusted certificates as an EFI signature list. */
export function trustedList(people: SignerSet): Uint8Array {
  return forgeEsl(...TRUSTED_SIGNERS.map((name) => ({ type: 'x509' as const, data: people.get(name).certificateDer })));
}

type Role = Omit<SignerSpec, 'subject' | 'key' | 'issuer'> & {
  readonly subject?: string;
  readonly key?: KeyKind | MlDsaKind;
  /** Shares the key pair of that name. */
  readonly keyOf?: SignerName;
  readonly issuedBy?: SignerName;
};

const PAST = { notBefore: new Date('2015-01-01T00:00:00Z'), notAfter: new Date('2018-01-01T00:00:00Z') };

const CAST: Readonly<Record<SignerName, Role>> = {
  good: { key: 'rsa2048' },
  good2: {},
  evil: {},
  imposter: { key: 'rsa2048', subject: 'good' },
  reissued: { key: 'rsa2048', subject: 'good', keyOf: 'good', serial: Uint8Array.of(0x77) },
  revoked: {},
  rsa1024: { key: 'rsa1024' },
  rsa3072: { key: 'rsa3072' },
  rsa4096: { key: 'rsa4096' },
  p256: { key: 'p256' },
  p384: { key: 'p384' },
  p521: { key: 'p521' },
  ed25519: { key: 'ed25519' },
  mldsa44: { key: 'mldsa44' },
  mldsa65: { key: 'mldsa65' },
  mldsa87: { key: 'mldsa87' },
  tsa: { eku: ['timeStamping'], ekuCriticality: 'critical' },
  'tsa-for-code-too': { eku: ['timeStamping', 'codeSigning'], ekuCriticality: 'critical' },
  'eku-serverauth': { eku: ['serverAuth'] },
  'eku-none': { eku: [] },
  'ku-encipher': { keyUsage: ['keyEncipherment'] },
  expired: PAST,
  future: { notBefore: new Date('2042-01-01T00:00:00Z') },
  notca: {},
  'leaf-under-notca-anchor': { issuedBy: 'notca' },
  'A-root': { ca: true },
  'A-int': { ca: true, issuedBy: 'A-root' },
  'A-leaf': { issuedBy: 'A-int' },
  'A-leaf-direct': { issuedBy: 'A-root' },
  'A-leaf-sha1': { issuedBy: 'A-root', digest: 'sha1' },
  'A-leaf-serverauth': { issuedBy: 'A-root', eku: ['serverAuth'] },
  'A-leaf-ku-encipher': { issuedBy: 'A-root', keyUsage: ['keyEncipherment'] },
  'A-leaf-p256': { issuedBy: 'A-root', key: 'p256' },
  'A-leaf-expired': { issuedBy: 'A-root', ...PAST },
  'A-int-expired': { ca: true, issuedBy: 'A-root', ...PAST },
  'A-leaf-under-expired-int': { issuedBy: 'A-int-expired' },
  'A-int-notca': { issuedBy: 'A-root', eku: [] },
  'A-leaf-under-notca': { issuedBy: 'A-int-notca' },
  'A-int-pathlen0': { ca: true, pathLength: 0, issuedBy: 'A-root' },
  'A-int-under-pathlen0': { ca: true, issuedBy: 'A-int-pathlen0' },
  'A-leaf-pathlen': { issuedBy: 'A-int-under-pathlen0' },
  'B-root': { ca: true },
  'B-int': { ca: true, issuedBy: 'B-root' },
  'B-leaf': { issuedBy: 'B-int' },
  'C-root': { ca: true },
  'C-int': { ca: true, issuedBy: 'C-root' },
  'C-leaf': { issuedBy: 'C-int' },
  'D-root': { ca: true },
  'D-leaf': { issuedBy: 'D-root' },
  'E-root': { ca: true },
  'E-int': { ca: true, issuedBy: 'E-root' },
  'E-leaf': { issuedBy: 'E-int' },
  'F-root': { ca: true },
  'F-leaf': { issuedBy: 'F-root' },
  'G-root-expired': {
    ca: true,
    notBefore: new Date('2010-01-01T00:00:00Z'),
    notAfter: new Date('2016-01-01T00:00:00Z'),
  },
  'G-leaf': { issuedBy: 'G-root-expired' },
};
