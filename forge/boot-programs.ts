import { concatBytes, u32le, u64le, utf8 } from './bytes.ts';
import { programBytes } from './contents.ts';
import { forgeWithLongNames } from './long-names.ts';
import { forgePe, type MachineName, type PeSectionSpec, SECTION_FLAGS } from './pe.ts';

/**
 * Writes a program laid out as shim: `.data.ident`, `.sbatlevel`, `.vendor_cert`, `.sbat` (shim version.c.in, sbat_var.S,
 * cert.S, SBAT.md).
 */
export function forgeShim(spec: ShimSpec): Uint8Array {
  const version = spec.version ?? '16.1';
  return forgeWithLongNames({
    machine: 'x64',
    sections: [
      CODE,
      { name: '.data.ident', data: utf8(`UEFI SHIM\n$Version: ${version} $\n$Commit: 0000 $\n`) },
      {
        name: '.sbatlevel',
        data: spec.sbatLevel ?? sbatLevel('sbat,1,2024010900\nshim,4\n', 'sbat,1,2025051000\nshim,4\ngrub,5\n'),
      },
      { name: '.vendor_cert', data: vendorTable(spec) },
      sbatSection(
        `shim,4,UEFI shim,shim,1,https://example.org\nshim.forge,1,Forge,shim,${version},https://example.org\n`,
      ),
    ],
    sectionAlignment: 0x1000,
  });
}

/** A shim to be written. */
export interface ShimSpec {
  readonly version?: string;
  /** A DER certificate or signature lists that it trusts; default none. */
  readonly vendorDb?: Uint8Array;
  /** Signature lists that it refuses; default none. */
  readonly vendorDbx?: Uint8Array;
  /** What the table says instead: sizes of both lists, then their offsets. */
  readonly table?: readonly [number, number, number, number];
  /** Bytes of `.sbatlevel`. */
  readonly sbatLevel?: Uint8Array;
}

/** `.sbatlevel`: version 0, offsets of the previous and the latest level, counted from the first of them. */
export function sbatLevel(previous: string, latest: string): Uint8Array {
  const first = utf8(`${previous}\0`);
  return concatBytes(u32le(0), u32le(8), u32le(8 + first.length), first, utf8(`${latest}\0`));
}

/** Writes a program laid out as GRUB: a `mods` section with objects, and SBAT rows (GRUB include/grub/kernel.h). */
export function forgeGrub(spec: GrubSpec): Uint8Array {
  const objects = spec.objects.map(({ type, data, size }) =>
    concatBytes(u32le(type), u32le(size ?? 8 + data.length), data),
  );
  const area = concatBytes(...objects);
  const isWide = spec.machine !== 'x86' && spec.machine !== 'arm';
  const info = isWide
    ? concatBytes(utf8('mimg'), u32le(0), u64le(24), u64le(24 + area.length))
    : concatBytes(utf8('mimg'), u32le(12), u32le(12 + area.length));
  const sbat = sbatSection(
    'grub,5,Free Software Foundation,grub,2.12,https://example.org\ngrub.forge,1,Forge,grub2,2.12-9,https://example.org\n',
  );
  return forgePe({
    machine: spec.machine ?? 'x64',
    format: isWide ? 'PE32+' : 'PE32',
    sections: [
      CODE,
      { name: 'mods', data: concatBytes(info, area), characteristics: SECTION_FLAGS.data },
      ...(spec.sbat === 'without' ? [] : [sbat]),
    ],
  });
}

/** A GRUB to be written. */
export interface GrubSpec {
  /** Type numbers as in include/grub/kernel.h; `size` overrides what the header says. */
  readonly objects: readonly { readonly type: number; readonly data: Uint8Array; readonly size?: number }[];
  readonly machine?: MachineName;
  readonly sbat?: 'without';
}

/** Writes a program with systemd's mark (systemd src/fundamental/macro-fundamental.h), such as `systemd-boot 257`. */
export function forgeSystemd(loader: string, machine: MachineName = 'x64'): Uint8Array {
  return forgePe({
    machine,
    format: machine === 'x86' || machine === 'arm' ? 'PE32' : 'PE32+',
    sections: [CODE, { name: '.sdmagic', data: utf8(`#### LoaderInfo: ${loader} ####\0`) }],
  });
}

/** Writes a program with SBAT rows about itself and UTF-16 texts among its data, as compilers lay them out. */
export function forgeWithTexts(rows: string | null, texts: readonly string[]): Uint8Array {
  const data = texts.flatMap((text) => [Uint8Array.of(0, 0), Uint8Array.from(Buffer.from(`${text}\0`, 'utf16le'))]);
  return forgePe({
    machine: 'x64',
    sections: [
      CODE,
      { name: '.data', data: concatBytes(...data, new Uint8Array(4)), characteristics: SECTION_FLAGS.data },
      ...(rows === null ? [] : [sbatSection(rows)]),
    ],
  });
}

const CODE: PeSectionSpec = { name: '.text', data: programBytes(0x300, 31), characteristics: SECTION_FLAGS.code };

function sbatSection(rows: string): PeSectionSpec {
  const first = 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n';
  return { name: '.sbat', data: utf8(`${first}${rows}`) };
}

/** `struct cert_table`: both sizes, both offsets from its start, then the lists. */
function vendorTable({ vendorDb, vendorDbx, table }: ShimSpec): Uint8Array {
  const [db, dbx] = [vendorDb ?? new Uint8Array(0), vendorDbx ?? new Uint8Array(0)];
  const fields = table ?? [db.length, dbx.length, 16, 16 + db.length];
  return concatBytes(...fields.map(u32le), db, dbx);
}
