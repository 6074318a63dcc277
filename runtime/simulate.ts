import type { Plan } from './contract/plan.ts';
import type { Examination } from './evaluate/evaluate.ts';
import { factsOf, type FileFacts, type ReadingOptions } from './facts/file-facts.ts';
import type { Bindings } from './facts/signer-sets.ts';
import { ready } from './facts/ready.ts';
import { simulationCells } from './report/simulation-cells.ts';
import type { SimulatedImage } from './report/simulation-schema.ts';
import { surveyOf } from './survey.ts';
import type { JudgeOptions, Verifier } from './verify.ts';

/** One of the policies that are laid side by side. */
export interface SimulatedPolicy {
  readonly plan: Plan;
  readonly verifier: Verifier;
  /** Anchors of the params that the caller binds. */
  readonly trust: Bindings;
  /** Params that stand for whoever soundly signed the image at hand: nobody, where nobody did. */
  readonly embedded: readonly string[];
}

/** Judges one file under every policy; it is parsed, hashed and decoded once. Never throws for what the file holds. */
export async function simulateImage(
  bytes: Uint8Array,
  policies: readonly SimulatedPolicy[],
  options: ReadingOptions & { readonly at: Date; readonly beside?: FileFacts },
): Promise<SimulatedImage> {
  const file = factsOf(bytes, options);
  const { hex } = await ready(file, () => file.sha256Of(file.root.layer()));
  const survey = await surveyOf(file);
  const beside = options.beside === undefined ? {} : { beside: options.beside };
  const examinations: Examination[] = [];
  for (const { verifier, trust, embedded } of policies) {
    const taken = Object.fromEntries(embedded.map((param) => [param, survey.signers]));
    const judging: JudgeOptions = {
      trust: { ...trust, ...taken },
      at: options.at,
      fileDigest: 'when-needed',
      ...beside,
    };
    examinations.push(await verifier.examine(file, judging));
  }
  const kernel = survey.layers.find(({ kind }) => KERNELS.some((each) => each === kind));
  const [root] = survey.layers;
  return {
    sha256: hex,
    sizeBytes: bytes.length,
    kind: root?.kind ?? 'unknown',
    arch: kernel?.arch ?? root?.arch ?? null,
    compression: (kernel ?? root)?.compression ?? null,
    signatures: survey.signatures,
    layers: survey.layers,
    layersLeftOut: survey.layersLeftOut,
    cells: examinations.flatMap((examination, policy) =>
      simulationCells(examination, { policy, layers: [...survey.layers, ...besideLayers(options.beside)] }),
    ),
  };
}

/** The initrd beside a file is an initrd of it, for those who ask whether it is covered. */
function besideLayers(beside: FileFacts | undefined): readonly { readonly path: string; readonly kind: 'initrd' }[] {
  return beside === undefined ? [] : [{ path: beside.root.layer().path, kind: 'initrd' }];
}

const KERNELS = ['zboot', 'bzimage', 'image'] as const;
