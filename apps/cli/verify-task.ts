import {
  type Bindings,
  DEFAULT_LIMITS,
  factsOf,
  type JudgedFile,
  type JudgeOptions,
  type Plan,
  type SkippedReport,
  verifierOf,
} from '../../index.ts';
import { emitClosures } from '../../compiler/index.ts';
import { besideOptions } from './beside.ts';
import { fileEngine } from './file-engine.ts';
import type { CommandIo } from './io.ts';
import { nameOfItem, nothingSkipped, openItem, type Source, type SourceItem, type SourceOptions } from './sources.ts';

/** What all tasks of a run have in common, as plain data, so that threads can be told. */
export interface VerifySetup {
  readonly plan: Plan;
  readonly trust: Bindings;
  readonly at: Date;
  readonly fileDigest: 'stated' | 'when-needed';
  /** The initrd that is handed on beside each file; null: none. */
  readonly beside: Uint8Array | null;
  readonly initrds: SourceOptions['initrds'];
}

/** What a piece of the run came to. */
export interface VerifyResult {
  readonly judged: readonly JudgedFile[];
  /** What was passed over in a package. */
  readonly skipped: SkippedReport;
}

/** Judges piece after piece, here; each file gives its memory to the next one. */
export function judgeOf(setup: VerifySetup, io: CommandIo): (item: SourceItem) => Promise<VerifyResult> {
  const { plan, trust, at, fileDigest, beside, initrds } = setup;
  const { engine, release } = fileEngine();
  const reading = { limits: DEFAULT_LIMITS, engine };
  const verifier = verifierOf({ plan, conditions: emitClosures(plan) }, engine);
  const options: JudgeOptions = { trust, at, fileDigest, ...besideOptions(beside) };
  const judge = async (source: Source): Promise<JudgedFile> => {
    if (source.kind === 'fault') return { file: source.name, error: source.text };
    try {
      return { file: source.name, verdict: await verifier.judge(factsOf(source.bytes, reading), options) };
    } catch (error) {
      return { file: source.name, error: internalError(source.name, error) };
    } finally {
      release();
    }
  };
  const reused = { ...io, read: io.reader() };
  return async (item) => {
    const skipped = nothingSkipped();
    const judged: JudgedFile[] = [];
    for await (const source of openItem(item, { initrds, skipped }, reused)) judged.push(await judge(source));
    return { judged, skipped };
  };
}

/** The result of a piece that nobody could judge: undecided, and the others are judged all the same. */
export function failedItem(item: SourceItem, error: unknown): VerifyResult {
  const file = nameOfItem(item);
  return { judged: [{ file, error: internalError(file, error) }], skipped: nothingSkipped() };
}

/** What is said where we ourselves fail on a file. */
export function internalError(file: string, error: unknown): string {
  return `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`;
}
