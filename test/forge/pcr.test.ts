import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newKeyRing } from '../../forge/keys.ts';
import { forgePcr11, pcrPublicKeyPem, pcrsigText, signPcr, withPcrSignatures } from '../../forge/pcr.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const KEYS = newKeyRing();

describe('forgePcr11', () => {
  // `printf hello > linux; printf ID=x > osrel; systemd-measure calculate --linux=linux …` (systemd 252.38-1~deb12u1)
  test.each([
    ['sha256', {}, '', 'eb2f3013fc6da81f5795783ca2b10862830e65a4a7bb42a5407aba2a8a196efb'],
    ['sha256', {}, 'a:b', 'bf6fe39b3edec49ef96a8f0c9643df4084e90c163dbbad8a895ef757ccfef784'],
    ['sha1', {}, 'a', 'f78ecb3b3d2d2a3330c503de419ab6419d35564e'],
    ['sha256', { osrel: 'ID=x' }, 'enter-initrd', '554a4fae3b4f4517e0ef7eb5a8d5c26def265ca1da2d2fa9ae6ae0be714f7bc6'],
    ['sha1', { osrel: 'ID=x' }, '', '295605854d779cee3688173cdfa4d7cece7bbf71'],
    [
      'sha512',
      { osrel: 'ID=x' },
      '',
      'b20e4748aca21447d20f5c060281292a94e795491c0f08b89cb24ebe030ade2e688cc8ef814bcfd30229a9f8dd21c89962d3bf73b5c934c441d9b5559bb5d541',
    ],
  ] as const)('gives what systemd-measure calculates: %s, %j, phase %j', (bank, parts, phase, expected) => {
    expect(hex(forgePcr11({ linux: 'hello', ...parts }, bank, { phase }))).toBe(expected);
  });

  test('leaves empty parts out, as if they were not there', () => {
    expect(forgePcr11({ linux: 'x', cmdline: '' }, 'sha1')).toEqual(forgePcr11({ linux: 'x' }, 'sha1'));
    expect(forgePcr11({ linux: 'x', cmdline: ' ' }, 'sha1')).not.toEqual(forgePcr11({ linux: 'x' }, 'sha1'));
  });
});

describe('a forged `.pcrsig`', () => {
  const key = KEYS.pair('rsa2048', 'pcr');

  test('holds one signature for each bank and phase, that verifies over its policy', () => {
    const text = pcrsigText({ linux: 'l' }, { key, banks: ['sha1', 'sha256'], phases: ['a', 'b'] });
    expect(text.match(/"pol"/g)).toHaveLength(4);
    const { pol, sig, pkfp } = signPcr(forgePcr11({ linux: 'l' }, 'sha1', { phase: 'a' }), 'sha1', key);
    expect(text).toContain(pol);
    expect(pkfp).toMatch(/^[0-9a-f]{64}$/);
    const publicKey = createPublicKey(pcrPublicKeyPem(key));
    expect(verify('sha256', Buffer.from(pol, 'hex'), publicKey, Buffer.from(sig, 'base64'))).toBe(true);
  });

  test('is made for the base, or for each profile', () => {
    const signing = { key, banks: ['sha256'], phases: ['a'] } as const;
    expect(withPcrSignatures({ linux: 'l' }, signing).pcrsig).toContain('sha256');
    const profiles = withPcrSignatures({ linux: 'l', profiles: [{ profile: 'ID=a' }, { profile: 'ID=b' }] }, signing);
    expect(profiles.pcrsig).toBeUndefined();
    const [first, second] = profiles.profiles ?? [];
    expect(first?.pcrsig).not.toBe(second?.pcrsig);
  });
});
