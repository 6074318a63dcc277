import { besideFactsOf, DEFAULT_LIMITS, type FileFacts, nativeEngine } from '../../index.ts';
import type { CommandIo } from './io.ts';
import { sha256Hex } from './sha256.ts';

/** What goes beside the files of a run, or why it cannot be read. */
export type Beside =
  | {
      readonly ok: true;
      /** For the verifier. */
      readonly options: { readonly beside?: FileFacts };
      /** The same as bytes; null: there is none. */
      readonly bytes: Uint8Array | null;
      /** For the report. */
      readonly told: { readonly initrd?: string[]; readonly initrdSha256?: string };
    }
  | { readonly ok: false; readonly text: string };

/**
 * Reads the initrds that are handed on beside files: one as it is, several joined into one.
 *
 * Boot loaders start each at a multiple of four bytes and fill up with zeros (systemd src/boot/initrd.c
 * `combine_initrds`; GRUB grub-core/loader/linux.c `grub_initrd_load`), so an appended signature of all but the last one
 * is no longer at the end.
 */
export async function readBeside(paths: readonly string[], io: CommandIo): Promise<Beside> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const read = await io.read(path);
    if (!read.ok) return { ok: false, text: `cannot read initrd \`${path}\`: ${read.text}` };
    parts.push(read.bytes);
  }
  const [only] = parts;
  if (only === undefined) return { ok: true, options: {}, bytes: null, told: {} };
  const bytes = parts.length === 1 ? only : joined(parts);
  return {
    ok: true,
    options: besideOptions(bytes),
    bytes,
    told: { initrd: [...paths], initrdSha256: sha256Hex(bytes) },
  };
}

/** What the verifier is told of an initrd, or of none. It outlives the files that it stands beside, and so does its memory. */
export function besideOptions(bytes: Uint8Array | null): { readonly beside?: FileFacts } {
  return bytes === null ? {} : { beside: besideFactsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() }) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const offsets: number[] = [];
  let end = 0;
  for (const { length } of parts) {
    offsets.push(aligned(end));
    end = aligned(end) + length;
  }
  const whole = new Uint8Array(end);
  for (const [index, part] of parts.entries()) whole.set(part, offsets[index] ?? 0);
  return whole;
}

function aligned(offsetBytes: number): number {
  return Math.ceil(offsetBytes / 4) * 4;
}
