import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeCpio, forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { RECIPES } from '../../../forge/recipes.ts';
import { newSignerSet } from '../../../forge/signer-set.ts';
import { forgeSamples } from '../../../scripts/samples.ts';
import { mutated } from '../../fuzz/mutation.ts';
import { breaksIn, layersOf, misplacedParts, open } from './layer-tree.ts';

const PEOPLE = newSignerSet(newKeyRing(), 'p256');
const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';

/** What no map names, in any layer of the file. */
function unnamed(bytes: Uint8Array): readonly string[] {
  return layersOf(open(bytes)).flatMap((layer) => [...breaksIn(layer), ...misplacedParts(layer)]);
}

describe('every byte of every layer has one name', () => {
  it.each(RECIPES.map(({ name, build }) => [name, build] as const))('in %s', (_name, build) => {
    const bytes = build(PEOPLE);
    expect(unnamed(bytes)).toEqual([]);
    for (let round = 0; round < 10; round += 1) expect(unnamed(mutated(bytes, round))).toEqual([]);
  });

  it('in the samples', async () => {
    for (const { name, bytes } of (await forgeSamples()).files) expect([name, ...unnamed(bytes)]).toEqual([name]);
  });

  it.each<readonly [string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(100)],
    ['text', new TextEncoder().encode('no boot image')],
    [
      'an initrd of archives, zeros and bytes that nothing reads',
      concatBytes(
        forgeInitrd({ entries: SMALL_ROOT }, { entries: SMALL_ROOT, compression: 'xz', format: 'crc' }),
        new Uint8Array(6),
        compress('lz4', forgeCpio(SMALL_ROOT, 'newc')),
        Uint8Array.of(0, 0, 7, 8),
      ),
    ],
    [
      'a cpio archive behind zeros',
      forgeInitrd({ bytes: concatBytes(forgeCpio(SMALL_ROOT, 'newc'), new Uint8Array(9)) }),
    ],
  ])('in %s', (_name, bytes) => {
    expect(unnamed(bytes)).toEqual([]);
  });
});

describe.skipIf(IMAGES === '')('every byte of every real image (needs BOOTPOL_IMAGES)', () => {
  const files = IMAGES === '' ? [] : readdirSync(IMAGES, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  test.each(paths.map((path) => [path.slice(IMAGES.length + 1), path] as const))('in %s', (_name, path) => {
    expect(unnamed(Uint8Array.from(readFileSync(path)))).toEqual([]);
  });
});
