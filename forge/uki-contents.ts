import { alignedBytes, concatBytes, u16le, u32be, u32le, utf8 } from './bytes.ts';

/** Writes a flattened device tree with a root node of these properties (Devicetree Specification 0.4, chapter 5). */
export function forgeDeviceTree(properties: Readonly<Record<string, string>>): Uint8Array {
  const names = Object.keys(properties);
  const strings = utf8(names.map((name) => `${name}\0`).join(''));
  const offsets = names.map(
    (_, index) =>
      utf8(
        names
          .slice(0, index)
          .map((name) => `${name}\0`)
          .join(''),
      ).length,
  );
  const values = names.map((name, index) => {
    const value = utf8(`${properties[name] ?? ''}\0`);
    return concatBytes(u32be(FDT_PROP), u32be(value.length), u32be(offsets[index] ?? 0), alignedBytes(value, 4));
  });
  const structure = concatBytes(u32be(1), u32be(0), ...values, u32be(2), u32be(9));
  const stringsAt = 56 + structure.length;
  const size = stringsAt + strings.length;
  const header = [0xd00dfeed, size, 56, stringsAt, 40, 17, 16, 0, strings.length, structure.length].map(u32be);
  return concatBytes(...header, new Uint8Array(16), structure, strings);
}

const FDT_PROP = 3;

/** One entry of a `.hwids` section. */
export interface HardwareIdSpec {
  /** 1: a device tree; 2: firmware. */
  readonly type: 1 | 2;
  /** 16 bytes, as stored. */
  readonly chid: Uint8Array;
  readonly name: string;
  readonly selects: string;
}

/** Writes a `.hwids` section (systemd ukify, `parse_hwid_dir`). */
export function forgeHwids(entries: readonly HardwareIdSpec[]): Uint8Array {
  let at = 28 * (entries.length + 1);
  const strings: Uint8Array[] = [];
  const place = (text: string): Uint8Array => {
    const bytes = utf8(`${text}\0`);
    const offset = at;
    strings.push(bytes);
    at += bytes.length;
    return u32le(offset);
  };
  const rows = entries.map(({ type, chid, name, selects }) =>
    concatBytes(u32le(type * 2 ** 28 + 28), chid, place(name), place(selects)),
  );
  return concatBytes(...rows, new Uint8Array(28), ...strings);
}

/** Writes an `.efifw` section (systemd src/boot/efi-firmware.h, `EfiFwHeader`). */
export function forgeFirmware(id: string, payload: Uint8Array): Uint8Array {
  const name = utf8(`${id}\0`);
  return concatBytes(u32le(0xfeeddead), u32le(16), u32le(name.length), u32le(payload.length), name, payload);
}

/** Writes a bitmap of black pixels, 24 bits each (BITMAPINFOHEADER). */
export function forgeBitmap(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(Math.ceil((width * 3) / 4) * 4 * height);
  const info = concatBytes(u32le(40), u32le(width), u32le(height), u16le(1), u16le(24), new Uint8Array(24));
  return concatBytes(utf8('BM'), u32le(54 + pixels.length), u32le(0), u32le(54), info, pixels);
}
