import type { Engine } from '../bytes/engine.ts';
import { joined } from './der-fields.ts';
import type { PcrBank } from './pcr-value.ts';

/** The register that stubs measure the sections of a UKI into (systemd src/fundamental/tpm2-pcr.h). */
export const KERNEL_BOOT_PCR = 11;

/**
 * The TPM2 policy digest that is fulfilled while PCR 11 of one bank has one value, starting from no policy.
 *
 * TPM 2.0 Library Part 3, section 23.7 (TPM2_PolicyPCR): `H(old ‖ TPM_CC_PolicyPCR ‖ pcrs ‖ H(values))`, where H is the
 * digest of the policy session: systemd takes SHA-256 whatever the bank (src/shared/tpm2-util.c
 * `tpm2_calculate_policy_pcr`).
 */
export async function pcrPolicyDigest(value: Uint8Array, bank: PcrBank, engine: Engine): Promise<Uint8Array> {
  const values = await engine.digest('sha256', [value]);
  const old = new Uint8Array(SHA256_BYTES);
  return engine.digest('sha256', [joined([old, COMMAND_CODE, selectionOf(bank), values])]);
}

const SHA256_BYTES = 32;

/** TPM_CC_PolicyPCR (Part 2, section 6.5.2), big-endian. */
const COMMAND_CODE = Uint8Array.of(0x00, 0x00, 0x01, 0x7f);

/** TPM_ALG_ID (Part 2, section 6.3). */
const ALGORITHM_IDS: Readonly<Record<PcrBank, number>> = { sha1: 0x04, sha256: 0x0b, sha384: 0x0c, sha512: 0x0d };

/** TPML_PCR_SELECTION (Part 2, section 10.9.7): one bank, three octets of bits, register 11 alone. */
function selectionOf(bank: PcrBank): Uint8Array {
  const bits = [0, 0, 0];
  bits[KERNEL_BOOT_PCR >> 3] = 1 << (KERNEL_BOOT_PCR & 7);
  return Uint8Array.of(0, 0, 0, 1, 0, ALGORITHM_IDS[bank], bits.length, ...bits);
}
