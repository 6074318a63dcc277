import { concatBytes, utf8 } from './bytes.ts';
import { compress, type ForgeCodec } from './compress.ts';
import { forgeTar, type TarEntry } from './tar.ts';

/** What a Debian package is made of. */
export interface DebSpec {
  readonly files: readonly TarEntry[];
  /** Default `none`. */
  readonly compression?: ForgeCodec;
  /** Its name, where it is to be another one than the compression's. */
  readonly dataName?: string;
  /** Default `2.0\n`. */
  readonly version?: string;
}

/** A member of an ar archive. */
export interface ArSpec {
  readonly name: string;
  readonly data: Uint8Array;
  /** The ten bytes of the size field, where they are to say something else. */
  readonly sizeField?: string;
}

const SUFFIXES: Readonly<Partial<Record<ForgeCodec, string>>> = { none: '', gzip: '.gz', zstd: '.zst', xz: '.xz' };

/** Writes a Debian package (deb(5)): format version, control archive, data archive. */
export function forgeDeb(spec: DebSpec): Uint8Array {
  const codec = spec.compression ?? 'none';
  return forgeAr([
    { name: 'debian-binary', data: utf8(spec.version ?? '2.0\n') },
    { name: 'control.tar', data: forgeTar([{ name: './control', data: 'Package: forged\n' }]) },
    { name: spec.dataName ?? `data.tar${SUFFIXES[codec] ?? ''}`, data: compress(codec, forgeTar(spec.files)) },
  ]);
}

/** Writes an ar archive as `dpkg-deb` does: names without a slash, members at even offsets. */
export function forgeAr(members: readonly ArSpec[]): Uint8Array {
  return concatBytes(utf8('!<arch>\n'), ...members.map(arMember));
}

function arMember({ name, data, sizeField }: ArSpec): Uint8Array {
  const size = sizeField ?? String(data.length).padEnd(10);
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${size}\`\n`;
  return concatBytes(utf8(header), data, utf8(data.length % 2 === 0 ? '' : '\n'));
}
