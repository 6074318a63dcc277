import type { Engine } from '../bytes/engine.ts';
import { isAppraised, kexecVerifies } from './boot-kexec.ts';
import { firmwareLoads, shimChecksItself, shimLoads } from './boot-load.ts';
import { type BootStage, type BootStageName, isRefusal, passes, type StageAnswer } from './boot-stage.ts';
import { kexecLoads, kexecProbes } from './kexec-loader.ts';
import type { Machine, BootProgram } from './machine.ts';

/** What becomes of a file on a machine. */
export interface BootWalk {
  readonly verdict: 'boots' | 'refused' | 'undecided';
  /** In the order of the walk; those after the first refusal are `not-reached`. */
  readonly stages: readonly BootStage[];
}

/**
 * Walks a file through a machine: firmware, shim, the boot loader, and then kexec from the kernel that runs there.
 *
 * `refused` by the first stage that refuses, also where an earlier one is undecided: it would refuse in any case. Never
 * rejects for what the file holds.
 */
export async function walkMachine(file: BootProgram, machine: Machine, engine: Engine): Promise<BootWalk> {
  const stages: BootStage[] = [];
  let refused = false;
  for (const { name, program, ask } of plannedStages(file, machine, engine)) {
    const answer: StageAnswer = refused ? NOT_REACHED : await ask();
    refused = refused || isRefusal(answer);
    stages.push({ name, program, ...answer });
  }
  const open = stages.some(({ verdict }) => verdict === 'undecided');
  return { verdict: refused ? 'refused' : open ? 'undecided' : 'boots', stages };
}

const NOT_REACHED: StageAnswer = { verdict: 'not-reached', rule: null, reason: 'an earlier stage refuses' };

interface PlannedStage {
  readonly name: BootStageName;
  readonly program: string;
  readonly ask: () => StageAnswer | Promise<StageAnswer>;
}

function plannedStages(file: BootProgram, machine: Machine, engine: Engine): readonly PlannedStage[] {
  const { loader } = machine;
  const loaded = loader === null ? [] : [loadStage(loader, 'boot', { machine, engine })];
  const way = loader === null ? 'boot' : 'protocol';
  return [
    ...shimStages(machine, engine),
    ...loaded,
    loadStage(file, way, { machine, engine }),
    ...kexecStages(file, machine, engine),
  ];
}

function shimStages(machine: Machine, engine: Engine): readonly PlannedStage[] {
  const { shim } = machine;
  if (shim === null) return [];
  const { program } = shim;
  if (program === null) {
    const taken = passes('assumed', 'its file is not given: firmware is taken to start it');
    return [{ name: 'firmware', program: 'shim', ask: () => taken }];
  }
  const { name, bytes } = program;
  return [
    { name: 'firmware', program: name, ask: () => firmwareLoads(bytes, machine, engine) },
    { name: 'shim-self', program: name, ask: () => shimChecksItself(bytes, machine, shim) },
  ];
}

interface WalkContext {
  readonly machine: Machine;
  readonly engine: Engine;
}

function loadStage(
  { name: program, bytes }: BootProgram,
  way: 'boot' | 'protocol',
  { machine, engine }: WalkContext,
): PlannedStage {
  const { shim } = machine;
  if (shim === null) return { name: 'firmware', program, ask: () => firmwareLoads(bytes, machine, engine) };
  return { name: 'shim', program, ask: () => shimLoads({ bytes, way, shim }, machine, engine) };
}

function kexecStages({ name: program, bytes }: BootProgram, machine: Machine, engine: Engine): readonly PlannedStage[] {
  const { kernel, arch } = machine;
  if (kernel === null) return [];
  const appraised = passes('undecided', 'IMA appraises the file, by a signature that is not in it');
  const read: readonly PlannedStage[] = isAppraised(machine, kernel)
    ? [{ name: 'kexec-read', program, ask: () => appraised }]
    : [];
  return [
    ...read,
    { name: 'kexec-loader', program, ask: () => kexecProbes(bytes, arch) },
    { name: 'kexec-signature', program, ask: () => kexecVerifies(bytes, { machine, kernel }, engine) },
    { name: 'kexec-load', program, ask: () => kexecLoads(bytes, arch) },
  ];
}
