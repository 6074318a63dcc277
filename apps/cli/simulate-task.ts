import {
  type Bindings,
  DEFAULT_LIMITS,
  type Plan,
  type SimulatedFile,
  type SimulatedPolicy,
  simulateImage,
  type SkippedReport,
  verifierOf,
} from '../../index.ts';
import { emitClosures } from '../../compiler/index.ts';
import { besideOptions } from './beside.ts';
import { fileEngine } from './file-engine.ts';
import type { CommandIo } from './io.ts';
import { nameOfItem, nothingSkipped, openItem, type Source, type SourceItem, type SourceOptions } from './sources.ts';
import { internalError } from './verify-task.ts';

/** What all tasks of a run have in common, as plain data, so that threads can be told. */
export interface SimulationSetup {
  readonly policies: readonly {
    readonly plan: Plan;
    readonly trust: Bindings;
    readonly embedded: readonly string[];
  }[];
  readonly at: Date;
  readonly initrds: SourceOptions['initrds'];
  /** The initrd that is handed on beside each file; null: none. */
  readonly beside: Uint8Array | null;
}

/** One piece of the run, and its place in it. */
export interface SimulationTask {
  readonly order: number;
  readonly item: SourceItem;
}

export interface SimulationResult {
  readonly files: readonly SimulatedFile[];
  /** What was passed over in a package. */
  readonly skipped: SkippedReport;
}

/** Does tasks one by one, here; each file gives its memory to the next one. */
export function simulator(setup: SimulationSetup, io: CommandIo): (task: SimulationTask) => Promise<SimulationResult> {
  const { engine, release } = fileEngine();
  const policies = setup.policies.map(
    ({ plan, ...rest }): SimulatedPolicy => ({
      ...rest,
      plan,
      verifier: verifierOf({ plan, conditions: emitClosures(plan) }, engine),
    }),
  );
  const reading = { limits: DEFAULT_LIMITS, engine };
  const beside = besideOptions(setup.beside);
  const judge = async (source: Source): Promise<Pick<SimulatedFile, 'error' | 'image'>> => {
    if (source.kind === 'fault') return { error: source.text, image: null };
    try {
      const options = { ...reading, at: setup.at, ...beside };
      return { error: null, image: await simulateImage(source.bytes, policies, options) };
    } catch (error) {
      return { error: internalError(source.name, error), image: null };
    } finally {
      release();
    }
  };
  const reused = { ...io, read: io.reader() };
  return async ({ order, item }) => {
    const skipped = nothingSkipped();
    const files: SimulatedFile[] = [];
    for await (const source of openItem(item, { initrds: setup.initrds, skipped }, reused)) {
      const archive = source.kind === 'file' ? (source.package ?? null) : null;
      files.push({ file: source.name, package: archive, order: [order, files.length], ...(await judge(source)) });
    }
    return { files, skipped };
  };
}

/** The result of a task that nobody could do. */
export function failedTask({ order, item }: SimulationTask, error: unknown): SimulationResult {
  const file = nameOfItem(item);
  return {
    files: [{ file, package: null, order: [order, 0], error: internalError(file, error), image: null }],
    skipped: nothingSkipped(),
  };
}
