import { forgeImage } from '../../../forge/kernel-image.ts';
import { DEFAULT_LIMITS, nativeEngine, packageItems, type PackageItem, type PackageOptions } from '../../../index.ts';

export const KERNEL = forgeImage({ arch: 'arm64', size: 200_000 });

/** Everything a package gives; boot files as `program /path size`, faults by code. */
export function itemsOf(bytes: Uint8Array, given: Partial<PackageOptions> = {}): readonly string[] {
  const options = { limits: DEFAULT_LIMITS, engine: nativeEngine(), only: null, ...given };
  return Array.from(packageItems(bytes, options), textOf);
}

function textOf(item: PackageItem): string {
  switch (item.kind) {
    case 'other':
      return 'other';
    case 'fault':
      return item.finding.code;
    case 'too-large':
      return `too-large ${item.path}`;
    default:
      return `${item.kind} ${item.path} ${item.bytes.length}`;
  }
}
