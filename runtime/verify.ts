import type { Limits } from './bytes/limits.ts';
import type { Engine } from './bytes/engine.ts';
import type { Verdict } from './contract/verdict.ts';
import { evaluate, type Examination, examine, type FileDigest, type Program } from './evaluate/evaluate.ts';
import { besideFactsOf, factsOf, type FileFacts } from './facts/file-facts.ts';
import { type Bindings, resolveSigners } from './facts/signer-sets.ts';

/** What the caller decides: nothing here has a permissive default. */
export interface VerifyOptions {
  /** Anchors for every `param signers` of the policy; `{}` when there are none. */
  readonly trust: Bindings;
  /** The moment of judgement: effective dates, waivers and validity are compared with it. */
  readonly at: Date;
  readonly limits: Limits;
  /** `when-needed` saves a pass over the file when no waiver names it; the verdict's `sha256` is null then. Default: `stated`. */
  readonly fileDigest?: FileDigest;
  /** The initrd that is handed on beside the file, for views that say `beside initrd`; default: none is. */
  readonly initrd?: Uint8Array;
}

/** The same for files whose facts are there already: `besideFactsOf` makes those of an initrd. */
export type JudgeOptions = Omit<VerifyOptions, 'limits' | 'initrd'> & { readonly beside?: FileFacts };

/** A policy that can judge files. */
export interface Verifier {
  /**
   * Judges one file. Never throws for what the file holds.
   *
   * @throws BindingError when `trust` does not fit the policy's params.
   */
  (bytes: Uint8Array, options: VerifyOptions): Promise<Verdict>;
  /** The same for a file whose facts are shared with other policies. */
  judge(file: FileFacts, options: JudgeOptions): Promise<Verdict>;
  /** The same, with what each view loads or executes of the file although no enforced requirement covers it. */
  examine(file: FileFacts, options: JudgeOptions): Promise<Examination>;
}

/** Makes the verifier of a program: layers → signatures → trust → facts → verdict. */
export function verifierOf(program: Program, engine: Engine): Verifier {
  const judgingOf = ({ trust, at, fileDigest = 'stated', beside }: JudgeOptions) => ({
    signers: resolveSigners(program.plan, trust),
    revoked: program.plan.revoked,
    at,
    fileDigest,
    beside: beside ?? null,
  });
  const judge: Verifier['judge'] = async (file, options) => evaluate(program, file, judgingOf(options));
  const verify = async (bytes: Uint8Array, { limits, initrd, ...options }: VerifyOptions): Promise<Verdict> => {
    const reading = { limits, engine };
    const beside = initrd === undefined ? {} : { beside: besideFactsOf(initrd, reading) };
    return judge(factsOf(bytes, reading), { ...options, ...beside });
  };
  return Object.assign(verify, {
    judge,
    examine: async (file: FileFacts, options: JudgeOptions): Promise<Examination> =>
      examine(program, file, judgingOf(options)),
  });
}
