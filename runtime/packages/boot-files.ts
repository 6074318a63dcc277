import { attempt, type Finding } from '../bytes/format-error.ts';
import type { Engine } from '../bytes/engine.ts';
import type { Limits } from '../bytes/limits.ts';
import { type BootContent, HEAD_BYTES, recogniseContent } from './boot-content.ts';
import { debFiles, startsDeb } from './deb.ts';
import { packageBounds } from './package-bounds.ts';
import type { PackedFile } from './packed-file.ts';
import { rpmFiles, startsRpm } from './rpm.ts';

/** What a package gives, file by file. */
export type PackageItem =
  | { readonly kind: 'program' | 'initrd'; readonly path: string; readonly bytes: Uint8Array }
  /** A boot file that is larger than any layer may be. */
  | { readonly kind: 'too-large'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'other' }
  /** The package cannot be read any further. */
  | { readonly kind: 'fault'; readonly finding: Finding };

/** How a package is read. */
export interface PackageOptions {
  readonly limits: Limits;
  readonly engine: Engine;
  /** The one file to look for, by its path; its contents do not matter then. Null: all boot files. */
  readonly only: string | null;
}

/** Whether the bytes start as a package does that `packageItems` opens. */
export function isPackage(bytes: Uint8Array): boolean {
  return startsDeb(bytes) || startsRpm(bytes);
}

/**
 * The boot files of a Debian or rpm package, recognised by their contents; every other regular file as `other`.
 *
 * Unpacked as it is asked for: at no time is more held than the file at hand and the window of the compression. Never
 * throws for what the package holds.
 */
export function* packageItems(bytes: Uint8Array, options: PackageOptions): Generator<PackageItem, void, undefined> {
  const bounds = packageBounds(options.limits, options.engine);
  const files = startsDeb(bytes) ? debFiles(bytes, bounds) : rpmFiles(bytes, bounds);
  for (;;) {
    const item = attempt(() => {
      const next = files.next();
      return next.done === true ? null : itemOf(next.value, options);
    });
    if (!item.ok) {
      yield { kind: 'fault', finding: item.finding };
      return;
    }
    if (item.value === null) return;
    yield item.value;
  }
}

function itemOf(file: PackedFile, { limits, engine, only }: PackageOptions): PackageItem {
  if (only !== null && file.path !== only) return { kind: 'other' };
  const kind = only === null ? contentOf(file, engine) : 'program';
  if (kind === 'other') return { kind };
  const { path, sizeBytes } = file;
  if (sizeBytes > limits.layerSizeLimitBytes) return { kind: 'too-large', path, sizeBytes };
  return { kind, path, bytes: file.head(sizeBytes) };
}

function contentOf(file: PackedFile, engine: Engine): BootContent {
  let recognised = recogniseContent(file.head(HEAD_BYTES), file.sizeBytes, engine);
  while (recognised.kind === 'more') {
    recognised = recogniseContent(file.head(recognised.lengthBytes), file.sizeBytes, engine);
  }
  return recognised.kind;
}
