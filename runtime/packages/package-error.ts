import { FormatError } from '../bytes/format-error.ts';

/** Where the bytes of a package are, in findings: `deb`, `deb/data.tar`, `rpm`, `rpm/payload`. */
export type PackageLayer = 'deb' | 'deb/data.tar' | 'rpm' | 'rpm/payload';

/** The error for a package that cannot be read; `code` starts with the format: `ar-…`, `deb-…`, `tar-…`, `rpm-…`. */
export function packageError(layer: PackageLayer, fault: PackageFault): FormatError {
  const { code, text, offsetBytes } = fault;
  return new FormatError({ code, text, layer, offsetBytes, lengthBytes: 0 });
}

export interface PackageFault {
  readonly code: string;
  readonly text: string;
  readonly offsetBytes: number;
}
