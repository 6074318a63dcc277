import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { withCertificateDirectory } from '../../../forge/pe-fields.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { trimToCertificateTable } from '../../../runtime/formats/trim.ts';
import { codesOf, layerAt, layersOf, open, OPTIONS } from './layer-tree.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x6000, imageSize: 0x9000 });
const SIGNED = withCertificateDirectory(concatBytes(IMAGE, new Uint8Array(64).fill(1)), IMAGE.length, 64);
const PACKED = forgeUki({ arch: 'arm64', linux: forgeZboot({ image: SIGNED, compression: 'zstd' }) });
const PATH = 'uki/.linux/zboot/image';

describe('trimToCertificateTable', () => {
  it('cuts a packed Image at the end of its certificate table, wherever it is nested', () => {
    const root = open(PACKED);
    expect(layerAt(root, PATH).bytes).toHaveLength(0x9000);
    const trimmed = trimToCertificateTable(root, OPTIONS);
    expect(layerAt(trimmed, PATH).bytes).toEqual(SIGNED);
    expect(codesOf(layerAt(trimmed, PATH))).toEqual([]);
    expect(layerAt(trimmed, PATH).origin).toEqual(layerAt(root, PATH).origin);
  });

  it('leaves everything else as it is', () => {
    const root = open(PACKED);
    const trimmed = trimToCertificateTable(root, OPTIONS);
    expect(layersOf(trimmed).map(({ path }) => path)).toEqual(layersOf(root).map(({ path }) => path));
    expect(trimmed.bytes).toBe(root.bytes);
    expect(trimmed.regions).toBe(root.regions);
    expect(layerAt(trimmed, 'uki/.linux/zboot').bytes).toEqual(layerAt(root, 'uki/.linux/zboot').bytes);
  });

  it('does not cut an unsigned Image, nor one that ends with its table', () => {
    const unsigned = concatBytes(IMAGE, new Uint8Array(0x9000 - IMAGE.length));
    expect(trimToCertificateTable(open(unsigned), OPTIONS).bytes).toHaveLength(0x9000);
    expect(trimToCertificateTable(open(SIGNED), OPTIONS).bytes).toHaveLength(SIGNED.length);
  });

  it('does not cut at a table that ends behind the file', () => {
    const beyond = withCertificateDirectory(SIGNED, IMAGE.length, 0xfffffff0);
    expect(trimToCertificateTable(open(beyond), OPTIONS).bytes).toHaveLength(SIGNED.length);
  });

  it('opens a trimmed part once', () => {
    const part = trimToCertificateTable(open(PACKED), OPTIONS).parts[0];
    expect(part?.open()).toBe(part?.open());
  });
});
