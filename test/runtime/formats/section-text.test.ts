import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../forge/bytes.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { commandLineWords, sectionText } from '../../../runtime/formats/section-text.ts';

function read(bytes: Uint8Array): string | null {
  const text = attempt(() => sectionText(bytes, 'uki/.cmdline'));
  return text.ok ? text.value : text.finding.code;
}

describe('sectionText', () => {
  it('reads up to the first NUL', () => {
    expect(read(utf8('quiet splash'))).toBe('quiet splash');
    expect(read(utf8('quiet\0\0\0'))).toBe('quiet');
    expect(read(new Uint8Array(0))).toBe('');
  });

  it('refuses bytes behind the NUL', () => {
    expect(read(utf8('quiet\0 init=/bin/sh'))).toBe('text-after-nul');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong slash of three bytes', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence that is cut short', [0xe2, 0x82]],
    ['a byte order mark of UTF-16', [0xff, 0xfe]],
  ])('refuses %s', (_name, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBe('text-not-utf8');
  });

  it('agrees with the host on every byte string', () => {
    const host = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const bytes = fc.oneof(
      fc.uint8Array({ min: 1 }),
      fc.string({ unit: 'binary' }).map((text) => utf8(text.replaceAll('\0', ''))),
    );
    fc.assert(
      fc.property(bytes, (sample) => {
        const clean = sample.filter((byte) => byte !== 0);
        let expected = 'text-not-utf8';
        try {
          expected = host.decode(clean);
        } catch {}
        expect(read(clean)).toBe(expected);
      }),
      { seed: 1 },
    );
  });

  it('reads a text that is longer than a chunk', () => {
    expect(read(utf8('é'.repeat(10_000)))).toBe('é'.repeat(10_000));
  });
});

describe('commandLineWords', () => {
  it.each([
    ['root=/dev/vda1 ro  quiet\n', ['root=/dev/vda1', 'ro', 'quiet']],
    ['dyndbg="file a.c +p" x', ['dyndbg=file a.c +p', 'x']],
    ['"a b" c', ['a b', 'c']],
    ['"a=b c" d', ['a=b c', 'd']],
    ['a"b c"d e', ['a"b c"d', 'e']],
    ['open="never closed x', ['open=never closed x']],
    ['', []],
    ['\t \v\f\r\n', []],
    ['=x ==y', ['=x', '==y']],
  ])('cuts %j as the kernel does', (text, words) => {
    expect(commandLineWords(text)).toEqual(words);
  });

  it('cuts at characters whose UTF-8 form holds the byte 0xa0', () => {
    expect(commandLineWords('x\u00a0debug')).toEqual(['x', 'debug']);
    expect(commandLineWords('xàdebug')).toEqual(['x', 'debug']);
    expect(commandLineWords('x\u2820debug')).toEqual(['x', 'debug']);
    expect(commandLineWords('xédebug')).toEqual(['xédebug']);
  });
});
