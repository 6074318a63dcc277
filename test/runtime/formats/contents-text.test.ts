import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../forge/bytes.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { DEFAULT_LIMITS, inspect, nativeEngine } from '../../../index.ts';

async function textOf(cmdline: Uint8Array): Promise<string | null | undefined> {
  const linux = forgeImage({ arch: 'arm64', size: 20_000 });
  const uki = forgeUki({ arch: 'arm64', linux, cmdline });
  const { root } = await inspect(uki, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  return root.children.find(({ path }) => path === 'uki/.cmdline')?.text;
}

describe('the text of a layer', () => {
  test.each([
    ['plain words', utf8('quiet splash'), 'quiet splash'],
    ['UTF-8, tabs and line ends', utf8('größe\t1\r\n'), 'größe\t1\r\n'],
    ['zeros behind it', utf8('quiet\0\0'), 'quiet'],
    ['64 KiB', utf8('x'.repeat(65_536)), 'x'.repeat(65_536)],
  ])('is shown: %s', async (_title, bytes, expected) => {
    expect(await textOf(bytes)).toBe(expected);
  });

  test.each([
    ['a byte that is no UTF-8', Uint8Array.of(0x61, 0xff)],
    ['a terminal escape', utf8('a\u001b[31m')],
    ['bytes behind its NUL', utf8('quiet\0\0x')],
    ['one byte more than 64 KiB', utf8('x'.repeat(65_537))],
    ['nothing at all', new Uint8Array(0)],
  ])('is not shown: %s', async (_title, bytes) => {
    expect(await textOf(bytes)).toBeNull();
  });
});
