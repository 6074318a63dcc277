import type { Engine } from '../bytes/engine.ts';
import type { Limits } from '../bytes/limits.ts';

/** What reading a package may cost. */
export interface PackageBounds {
  readonly engine: Engine;
  /** Of all unpacked bytes together. */
  readonly outputLimitBytes: number;
  /** Of unpacked bytes held at once. */
  readonly heldLimitBytes: number;
}

/** Packages of kernels with debugging information unpack to some GiB. */
const LARGEST_LAYERS = 32;

/** The largest window of any codec, 128 MiB, and what may pile up over it. */
const WINDOW_BYTES = 1 << 28;

/** Bounds that follow from the limits of a file: 32 largest layers unpacked, one of them held, and a window. */
export function packageBounds(limits: Limits, engine: Engine): PackageBounds {
  const { layerSizeLimitBytes } = limits;
  const heldLimitBytes = layerSizeLimitBytes + WINDOW_BYTES;
  return { engine, outputLimitBytes: layerSizeLimitBytes * LARGEST_LAYERS, heldLimitBytes };
}
