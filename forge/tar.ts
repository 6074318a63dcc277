import { alignedBytes, concatBytes, patched, utf8, zeroPadded } from './bytes.ts';

/** One entry of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly data?: string | Uint8Array;
  /** POSIX type: `0` a file (default), `1` a hard link, `2` a symbolic link, `5` a directory, `x` pax records … */
  readonly type?: string;
  readonly target?: string;
  /** The size field, where it is to say something else than the data; 12 bytes. */
  readonly sizeField?: Uint8Array;
  /** The first 100 bytes, instead of the name. */
  readonly prefix?: string;
}

/** Writes a ustar archive (POSIX.1-2017, `pax`, "ustar Interchange Format"), with two zero blocks at its end. */
export function forgeTar(entries: readonly TarEntry[]): Uint8Array {
  return concatBytes(...entries.map(tarEntry), new Uint8Array(1024));
}

/** Header and data of one entry, each padded to 512. */
export function tarEntry(entry: TarEntry): Uint8Array {
  const data = typeof entry.data === 'string' ? utf8(entry.data) : (entry.data ?? new Uint8Array(0));
  const header = concatBytes(
    text(entry.name, 100),
    octal(0o644, 8),
    octal(0, 8),
    octal(0, 8),
    entry.sizeField ?? octal(data.length, 12),
    octal(0, 12),
    utf8('        '),
    text(entry.type ?? '0', 1),
    text(entry.target ?? '', 100),
    utf8('ustar\u{0}00'),
    new Uint8Array(80),
    text(entry.prefix ?? '', 155),
    new Uint8Array(12),
  );
  return concatBytes(withChecksum(header), alignedBytes(data, 512));
}

/** Records as pax has them: `LENGTH KEY=VALUE\n`, the length counting itself. */
export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const size = utf8(body).length;
  const digits = String(size + String(size).length).length;
  return `${size + digits}${body}`;
}

/** A header with the right sum. */
export function withChecksum(header: Uint8Array): Uint8Array {
  const blank = patched(header, 148, utf8('        '));
  const sum = blank.reduce((total, byte) => total + byte, 0);
  return patched(blank, 148, utf8(`${sum.toString(8).padStart(6, '0')}\u{0} `));
}

function text(value: string, sizeBytes: number): Uint8Array {
  return zeroPadded(utf8(value).subarray(0, sizeBytes), sizeBytes);
}

function octal(value: number, sizeBytes: number): Uint8Array {
  return utf8(`${value.toString(8).padStart(sizeBytes - 1, '0')}\u{0}`);
}
