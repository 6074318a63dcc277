/**
 * A fault of the file that is being judged.
 *
 * `layer` is a layer path such as `uki/.linux/zboot`; `offsetBytes` counts from the start of that layer's own bytes.
 */
export interface Finding {
  /** Permanent, hyphenated code, such as `pe-section-out-of-file`. */
  readonly code: string;
  /** One line, lower case, no final period: what is wrong. */
  readonly text: string;
  readonly layer: string;
  readonly offsetBytes: number;
  /** Zero when the fault is a place rather than a range. */
  readonly lengthBytes: number;
}

/** Thrown by readers, and by readers only, when the bytes are not what the format asks for. */
export class FormatError extends Error {
  readonly code: string;
  readonly layer: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;

  constructor(finding: Finding) {
    super(finding.text);
    this.name = 'FormatError';
    this.code = finding.code;
    this.layer = finding.layer;
    this.offsetBytes = finding.offsetBytes;
    this.lengthBytes = finding.lengthBytes;
  }
}

/** Result of a reader that was allowed to fail. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly finding: Finding };

/**
 * Runs a reader and turns its `FormatError` into a `Finding`.
 *
 * Every other exception is ours or the machine's and passes through.
 */
export function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof FormatError) return { ok: false, finding: findingOf(error) };
    throw error;
  }
}

/** The same for a reader that has to wait. */
export async function attemptLater<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (error instanceof FormatError) return { ok: false, finding: findingOf(error) };
    throw error;
  }
}

/** The finding that a `FormatError` carries. */
function findingOf(error: FormatError): Finding {
  return {
    code: error.code,
    text: error.message,
    layer: error.layer,
    offsetBytes: error.offsetBytes,
    lengthBytes: error.lengthBytes,
  };
}
