import { createHash, type KeyObject, sign } from 'node:crypto';
import { concatBytes, u32be, utf8, zeroPadded } from './bytes.ts';
import type { KeyPair } from './keys.ts';
import type { UkiPart, UkiParts, UkiSpec } from './uki.ts';

/**
 * The value of PCR 11 that booting a UKI with these parts leads to.
 *
 * Written from systemd-stub(7), systemd-measure(1) and TCG's rule for extending a register: new = H(old ‖ H(data)). The
 * order of the sections is that of systemd's `unified_sections` table.
 *
 * @param parts those of the booted profile and, where it has none, of the base.
 * @param phase words with colons between them, empty for none.
 */
export function forgePcr11(parts: UkiParts, bank: ForgeBank, choice: PcrChoice = {}): Uint8Array {
  let value: Uint8Array = new Uint8Array(BANKS[bank].bytes);
  const extend = (data: Uint8Array): void => {
    const digest = createHash(bank).update(data).digest();
    value = new Uint8Array(createHash(bank).update(value).update(digest).digest());
  };
  for (const name of MEASURED) {
    const data = measuredBytes(parts[name], name === 'dtbauto' ? choice.dtbauto : choice.efifw);
    if (data === null || data.length === 0) continue;
    const { memoryBytes = {} } = choice;
    extend(utf8(`.${name}\0`));
    extend(zeroPadded(data, memoryBytes[name] ?? data.length));
  }
  for (const word of (choice.phase ?? '').split(':')) if (word !== '') extend(utf8(word));
  return value;
}

/** Banks of a TPM. */
export type ForgeBank = keyof typeof BANKS;

/** What decides besides the parts. */
export interface PcrChoice {
  readonly phase?: string;
  /** Which of several device trees or firmwares is used, from 0; none when left out. */
  readonly dtbauto?: number;
  readonly efifw?: number;
  /** VirtualSize of sections that are larger in memory. */
  readonly memoryBytes?: Readonly<Partial<Record<(typeof MEASURED)[number], number>>>;
}

/** How `.pcrsig` is made. */
export interface PcrSigning {
  readonly key: KeyPair;
  readonly banks: readonly ForgeBank[];
  readonly phases: readonly string[];
  readonly choice?: PcrChoice;
}

/** One signature as `.pcrsig` holds it. */
export interface PcrSignatureJson {
  readonly pcrs: readonly number[];
  readonly pkfp: string;
  readonly pol: string;
  readonly sig: string;
}

/** The same UKI with `.pcrpkey`, and with a `.pcrsig` for its base or, if it has profiles, for each of them. */
export function withPcrSignatures(spec: UkiSpec, signing: PcrSigning): UkiSpec {
  const base = { ...spec, pcrpkey: pcrPublicKeyPem(signing.key) };
  if (spec.profiles === undefined) return { ...base, pcrsig: pcrsigText(base, signing) };
  const profiles = spec.profiles.map((profile) => ({
    ...profile,
    pcrsig: pcrsigText({ ...base, ...profile }, signing),
  }));
  return { ...base, profiles };
}

/** The public key as `.pcrpkey` holds it. */
export function pcrPublicKeyPem({ publicKey }: KeyPair): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/** `.pcrsig` for these parts: a list of signatures for each bank. */
export function pcrsigText(parts: UkiParts, signing: PcrSigning): string {
  const banks = signing.banks.map((bank) => [
    bank,
    signing.phases.map((phase) => signPcr(forgePcr11(parts, bank, { ...signing.choice, phase }), bank, signing.key)),
  ]);
  return JSON.stringify(Object.fromEntries(banks));
}

/** Signs the policy that asks for one value of PCR 11 (TPM 2.0 Library Part 3, TPM2_PolicyPCR). */
export function signPcr(value: Uint8Array, bank: ForgeBank, { publicKey, privateKey }: KeyPair): PcrSignatureJson {
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  const selection = concatBytes(u32be(1), Uint8Array.of(0, BANKS[bank].algorithm, 3, 0x00, 0x08, 0x00));
  const policy = sha256(concatBytes(new Uint8Array(32), u32be(0x17f), selection, sha256(value)));
  return {
    pcrs: [11],
    pkfp: Buffer.from(sha256(publicKeyOctets(publicKey))).toString('hex'),
    pol: Buffer.from(policy).toString('hex'),
    sig: sign('sha256', policy, privateKey).toString('base64'),
  };
}

/** What OpenSSL's `i2d_PublicKey` writes: RSAPublicKey of PKCS#1; for P-256 the point, which ends the whole encoding. */
function publicKeyOctets(publicKey: KeyObject): Uint8Array {
  if (publicKey.asymmetricKeyType === 'rsa') return publicKey.export({ type: 'pkcs1', format: 'der' });
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-P256_POINT_BYTES);
}

const P256_POINT_BYTES = 65;

/** Digest sizes, and TPM_ALG_ID of each. */
const BANKS = {
  sha1: { bytes: 20, algorithm: 0x04 },
  sha256: { bytes: 32, algorithm: 0x0b },
  sha384: { bytes: 48, algorithm: 0x0c },
  sha512: { bytes: 64, algorithm: 0x0d },
} as const;

/** Parts in the order in which they are measured. */
const MEASURED = [
  'linux',
  'osrel',
  'cmdline',
  'initrd',
  'ucode',
  'splash',
  'dtb',
  'uname',
  'sbat',
  'pcrpkey',
  'profile',
  'dtbauto',
  'hwids',
  'efifw',
] as const;

/** The part's bytes, or those of the chosen one of several; a list without a choice stands for none of it. */
function measuredBytes(part: UkiPart | undefined, chosen: number | undefined): Uint8Array | null {
  const isSingle = part === undefined || typeof part === 'string' || part instanceof Uint8Array;
  const one = isSingle ? part : part[chosen ?? -1];
  if (one === undefined) return null;
  return typeof one === 'string' ? utf8(one) : one;
}
