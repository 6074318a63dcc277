import { attempt, FormatError } from '../bytes/format-error.ts';
import { type PemBlock, readPemBlocks } from '../bytes/pem.ts';
import { readerOf } from '../bytes/reader.ts';
import { appearanceOf } from './appearance.ts';
import { readCpio } from './cpio.ts';
import { faultAt } from './fault-at.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { wholeRegion } from './regions.ts';
import { sectionText } from './section-text.ts';

type Header = NonNullable<Reading['header']>;

/** A section without layers in it: what its contents say, or the finding that they are not what they should be. */
function described(bytes: Uint8Array, describe: () => Header): Reading {
  const read = attempt(describe);
  const regions = wholeRegion(bytes, 'contents');
  return read.ok
    ? { ...EMPTY_READING, regions, header: read.value }
    : { ...EMPTY_READING, regions, findings: [read.finding] };
}

const BITMAP_HEADERS_BYTES = 54;
const EFI_FIRMWARE_MAGIC = 0xfeeddead;
const EFI_FIRMWARE_HEADER_BYTES = 16;

/**
 * A `.splash` section: a bitmap (systemd src/boot/splash.c `bmp_parse_header`). Its picture is not decoded. A stub that
 * cannot read it shows none.
 */
export function readSplashSection(bytes: Uint8Array, { layer }: ReaderHost): Reading {
  return described(bytes, () => {
    if (bytes[0] !== 0x42 || bytes[1] !== 0x4d || bytes.length < BITMAP_HEADERS_BYTES) {
      throw faultAt(layer, ['splash-not-bitmap', `the splash is no bitmap, but ${appearanceOf(bytes)}`], 0);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [size, pixels] = [view.getUint32(2, true), view.getUint32(10, true)];
    if (size > bytes.length || pixels >= size) {
      const text = `the bitmap says that it has ${size} bytes and pixels at ${pixels}, of ${bytes.length} bytes`;
      throw faultAt(layer, ['splash-size', text], 2);
    }
    const [width, height] = [view.getInt32(18, true), Math.abs(view.getInt32(22, true))];
    return { width, height, 'bits a pixel': view.getUint16(28, true) };
  });
}

/**
 * A `.efifw` section: a firmware image with the id by which hardware ids select it (systemd src/boot/efi-firmware.c
 * `efifw_validate_header`).
 */
export function readFirmwareSection(bytes: Uint8Array, { layer }: ReaderHost): Reading {
  return described(bytes, () => {
    const reader = readerOf(bytes, layer);
    if (bytes.length < EFI_FIRMWARE_HEADER_BYTES || reader.u32(0) !== EFI_FIRMWARE_MAGIC) {
      throw faultAt(layer, ['efifw-magic', `no firmware with an id, but ${appearanceOf(bytes)}`], 0);
    }
    const [header, id, payload] = [reader.u32(4), reader.u32(8), reader.u32(12)];
    if (header < EFI_FIRMWARE_HEADER_BYTES || header + id + payload > bytes.length) {
      throw faultAt(layer, ['efifw-size', 'the parts of the firmware do not fit into the section'], 4);
    }
    const name = bytes.subarray(header, header + id);
    if (name.indexOf(0) !== id - 1) throw faultAt(layer, ['efifw-id', 'the id of the firmware does not end'], header);
    return { fwid: String.fromCharCode(...name.subarray(0, Math.min(id - 1, 256))), payload };
  });
}

/**
 * A `.ucode` section: cpio, not compressed, for the kernel looks for microcode in it before it can decompress (Linux
 * lib/earlycpio.c `find_cpio_data`).
 */
export function readMicrocodeSection(bytes: Uint8Array, host: ReaderHost): Reading {
  const read = attempt(() => readCpio(bytes, host));
  if (read.ok) return read.value;
  const text = `the kernel finds no microcode here: ${read.finding.text}`;
  return { ...EMPTY_READING, regions: wholeRegion(bytes, 'contents'), findings: [{ ...read.finding, text }] };
}

/** A `.pcrpkey` section as a layer: that it holds one public key in PEM. */
export function readPcrKeySection(bytes: Uint8Array, { layer }: ReaderHost): Reading {
  return described(bytes, () => ({ PEM: readPcrKeyBlock(bytes, layer).label }));
}

/**
 * The one PEM block `PUBLIC KEY` of a `.pcrpkey` section, up to its first NUL.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `pcrpkey-pem`, `text-not-utf8`, `text-after-nul`.
 */
export function readPcrKeyBlock(bytes: Uint8Array, layer: string): PemBlock {
  const [block, second] = readPemBlocks(sectionText(bytes, layer), { layer, code: 'pcrpkey-pem' });
  const fault = (text: string): FormatError =>
    new FormatError({ code: 'pcrpkey-pem', text, layer, offsetBytes: 0, lengthBytes: bytes.length });
  if (block === undefined) throw fault('the section holds no PEM public key');
  if (second !== undefined) throw fault('the section holds more than one PEM block');
  if (block.label !== 'PUBLIC KEY') throw fault(`the section holds \`${block.label}\`, not \`PUBLIC KEY\``);
  return block;
}
