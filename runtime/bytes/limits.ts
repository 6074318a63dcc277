/** Bounds on what one file may cost; every field is a positive integer. */
export interface Limits {
  /** Largest decoded layer, in bytes. */
  readonly layerSizeLimitBytes: number;
  /** Deepest nesting of layers; the file itself is level 1. */
  readonly depthLimit: number;
  /** Most layers in one file. */
  readonly layerCountLimit: number;
}

/** 512 MiB a decoded layer, 16 levels, 65,536 layers. */
export const DEFAULT_LIMITS: Limits = {
  layerSizeLimitBytes: 512 * 1024 * 1024,
  depthLimit: 16,
  layerCountLimit: 65_536,
};
