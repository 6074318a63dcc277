import type { Engine } from '../bytes/engine.ts';
import { attempt } from '../bytes/format-error.ts';
import { readPe } from '../formats/pe.ts';
import { readPeSbat } from '../formats/sbat.ts';
import { askStage, foreignArchitecture } from './boot-enforcer.ts';
import { isRefusal, passes, refuses, type StageAnswer } from './boot-stage.ts';
import { readEdk2Image } from './edk2-image.ts';
import { edk2LoadFault } from './edk2-load.ts';
import { ruleOf } from './enforcer.ts';
import { firmwareLists, type Machine, type MachineShim, shimDenied, shimLists } from './machine.ts';
import { readShimImage } from './shim-image.ts';

const EDK2_LOADER = 'MdeModulePkg Image.c CoreLoadPeImage';
const SHIM_LOADER = 'pe-relocate.c image_is_loadable';
const SHIM_SELF = 'shim.c efi_main';

/** Firmware loads a program: the signature first, and then whether it is a program for this machine. */
export async function firmwareLoads(bytes: Uint8Array, machine: Machine, engine: Engine): Promise<StageAnswer> {
  const verified = await firmwareVerifies(bytes, machine, engine);
  if (isRefusal(verified)) return verified;
  return foreignArchitecture(bytes, machine, EDK2_LOADER) ?? verified;
}

async function firmwareVerifies(bytes: Uint8Array, machine: Machine, engine: Engine): Promise<StageAnswer> {
  const { secureBoot, dbx: revoked, dbt = [] } = machine.firmware;
  if (secureBoot) {
    return askStage('edk2', { bytes, lists: firmwareLists(machine), revoked, settings: { dbt }, engine });
  }
  const read = attempt(() => readEdk2Image(bytes, 'file'));
  const fault = read.ok ? edk2LoadFault(read.value) : read.finding;
  if (fault !== null) return refuses(fault, ruleOf(fault.code)?.edk2 ?? null);
  return passes('unverified', 'Secure Boot is off: firmware verifies nothing');
}

/** What shim loads, and by which way it was asked. */
export interface ShimRequest {
  readonly bytes: Uint8Array;
  /** `boot`: shim starts it; `protocol`: a boot loader asks shim whether it may start it. */
  readonly way: 'boot' | 'protocol';
  readonly shim: MachineShim;
}

/** Shim loads a program: whether it is one for this machine, and then the signature (shim.c `read_header`, `verify_buffer`). */
export async function shimLoads(
  { bytes, way, shim }: ShimRequest,
  machine: Machine,
  engine: Engine,
): Promise<StageAnswer> {
  const foreign = foreignArchitecture(bytes, machine, SHIM_LOADER);
  if (foreign !== null) return foreign;
  if (!machine.firmware.secureBoot || !shim.validation) {
    const read = attempt(() => readShimImage(bytes, 'file'));
    if (!read.ok) return refuses(read.finding, ruleOf(read.finding.code)?.shim ?? null);
    const why = machine.firmware.secureBoot ? 'its validation is switched off' : 'Secure Boot is off';
    return passes('unverified', `${why}: shim verifies nothing`);
  }
  return askStage('shim', {
    bytes,
    lists: shimLists(machine, shim),
    revoked: shimDenied(machine, shim),
    settings: { sbatLevel: shim.sbatLevel, sbatAbsent: way === 'boot' ? 'refused' : 'allowed' },
    engine,
  });
}

/** Shim starts by holding its own SBAT metadata against the level. */
export function shimChecksItself(
  bytes: Uint8Array,
  machine: Machine,
  { sbatLevel, validation }: MachineShim,
): StageAnswer {
  if (!machine.firmware.secureBoot || !validation)
    return passes('unverified', 'shim does not ask whether it is revoked');
  const read = attempt(() => readPeSbat(readPe(bytes, 'file')));
  if (!read.ok) return refuses({ ...read.finding, code: 'sbat' }, SHIM_SELF);
  if (read.value === null) return passes('undecided', 'shim has no SBAT metadata that bootpol finds');
  const old = read.value.find(({ component, generation }) => generation < (sbatLevel.get(component) ?? 0));
  if (old === undefined) return passes('accept', 'its SBAT generations reach the level');
  const least = sbatLevel.get(old.component) ?? 0;
  const text = `${old.component} has generation ${old.generation}, the level is ${least}`;
  return refuses({ code: 'sbat', text, layer: 'file', offsetBytes: 0, lengthBytes: 0 }, SHIM_SELF);
}
