import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Choices } from './choices.ts';

/** What the later parts of a policy may name. */
export interface Draft {
  readonly choices: Choices;
  readonly signers: readonly [string, ...string[]];
  /** Names of the requirements that are stated so far. */
  readonly requirements: string[];
  readonly artifacts: readonly LayerKind[];
}
