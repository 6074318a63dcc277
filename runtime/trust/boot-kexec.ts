import type { Engine } from '../bytes/engine.ts';
import type { Arch } from '../contract/vocabulary.ts';
import { askStage } from './boot-enforcer.ts';
import { isRefusal, passes, refuses, type StageAnswer } from './boot-stage.ts';
import {
  kernelRevoked,
  kernelSecureBoot,
  type Machine,
  type MachineKernel,
  type NamedList,
  platformKeyring,
  secondaryKeyring,
} from './machine.ts';

/** Architectures whose loaders verify signatures in PE files. */
const VERIFYING: readonly Arch[] = ['x86-64', 'arm64'];

/**
 * Whether IMA appraises the file as it is read: by the policy, or by the rule that stands in for CONFIG_KEXEC_SIG under
 * Secure Boot (security/integrity/ima/ima_efi.c `arch_get_ima_policy`).
 */
export function isAppraised(machine: Machine, { imaAppraises, imaArchPolicy, kexecSig }: MachineKernel): boolean {
  return imaAppraises || (imaArchPolicy && kexecSig === 'off' && kernelSecureBoot(machine));
}

/**
 * The signature, and whether the kernel acts on it (kernel/kexec_file.c `kimage_validate_signature`).
 *
 * A failure counts where signatures are enforced, and where the kernel is locked down, unless IMA appraises. Where the
 * code would run out of bounds it does so, whatever is enforced.
 */
export async function kexecVerifies(
  bytes: Uint8Array,
  { machine, kernel }: RunningKernel,
  engine: Engine,
): Promise<StageAnswer> {
  if (kernel.kexecSig === 'off') {
    return passes('unverified', 'without CONFIG_KEXEC_SIG nothing is verified, not even under lockdown');
  }
  if (!VERIFYING.includes(machine.arch)) {
    return passes('unverified', `kernels of ${machine.arch} verify no signatures at kexec`);
  }
  const asked = kernel.verifiesImages ? await askKeyrings(bytes, { machine, kernel }, engine) : withoutVerifier();
  if (!isRefusal(asked) || asked.verdict === 'would-crash') return asked;
  const enforced = enforcement({ machine, kernel });
  if (enforced !== null) return { ...asked, reason: `${asked.reason}; ${enforced}` };
  const why = kernel.imaAppraises ? 'IMA answers for the file' : 'nothing enforces signatures';
  return passes('unverified', `${asked.reason} (${asked.rule?.code ?? ''}), but ${why}`);
}

/** The machine and the kernel that runs on it. */
export interface RunningKernel {
  readonly machine: Machine;
  readonly kernel: MachineKernel;
}

/** `kexec_kernel_verify_pe_sig`: the platform keyring only where the others do not know the signer. */
async function askKeyrings(
  bytes: Uint8Array,
  { machine, kernel }: RunningKernel,
  engine: Engine,
): Promise<StageAnswer> {
  const revoked = kernelRevoked(machine);
  const settings = { linuxRevocationList: kernel.revocationList ? 'yes' : 'no' } as const;
  const ask = (lists: readonly NamedList[]): Promise<StageAnswer> =>
    askStage('linux', { bytes, lists, revoked, settings, engine });
  const first = await ask(secondaryKeyring(machine, kernel));
  return first.rule?.code === 'signer-unknown' ? ask(platformKeyring(machine, kernel)) : first;
}

function withoutVerifier(): StageAnswer {
  const text = 'the kernel was built without the verifier for this format';
  const place = { layer: 'file', offsetBytes: 0, lengthBytes: 0 };
  return refuses({ code: 'kexec-no-verifier', text, ...place }, 'kernel/kexec_file.c kexec_image_verify_sig');
}

/** Why a failure is one; null when it is not. */
function enforcement({ machine, kernel }: RunningKernel): string | null {
  if (kernel.kexecSig === 'forced') return 'signatures are forced';
  if (kernel.imaArchPolicy && kernelSecureBoot(machine)) return 'the IMA policy of Secure Boot enforces signatures';
  if (kernel.lockdown !== 'none' && !kernel.imaAppraises) return `the kernel is locked down (${kernel.lockdown})`;
  return null;
}
