import { attempt } from '../bytes/format-error.ts';
import type { Reason } from '../contract/judgement.ts';
import { readEdk2Image } from './edk2-image.ts';
import { edk2LoadFault } from './edk2-load.ts';
import { ruleOf } from './enforcer.ts';
import { readLinuxImage } from './linux-image.ts';
import { readShimImage } from './shim-image.ts';

/**
 * What any enforcer's reader of PE files refuses for its form, each by its first reason: `strict` refuses it too. What
 * they refuse about machines, or for want of a signature, is no matter of form.
 */
export function enforcerFormReasons(bytes: Uint8Array, layer: string): readonly Reason[] {
  return READERS.flatMap((read) => {
    const attempted = attempt(() => read(bytes, layer));
    const reason = attempted.ok ? attempted.value : attempted.finding;
    return reason === null || ruleOf(reason.code)?.about !== 'form' ? [] : [reason];
  });
}

const READERS: readonly ((bytes: Uint8Array, layer: string) => Reason | null)[] = [
  (bytes, layer) => edk2LoadFault(readEdk2Image(bytes, layer)),
  (bytes, layer) => {
    readLinuxImage(bytes, layer).hashed();
    return null;
  },
  (bytes, layer) => {
    readShimImage(bytes, layer);
    return null;
  },
];
