import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { forgeSamples } from '../../scripts/samples.ts';

const samples = await forgeSamples();

describe('the samples', () => {
  test('are of every kind, signed and unsigned', () => {
    const names = samples.files.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const kind of ['image', 'zboot-gzip', 'zboot-zstd', 'zboot-xz', 'uki-arm64', 'bzimage', 'uki-x64']) {
      expect(names).toContain(`${kind}.efi`);
      expect(names).toContain(`${kind}-signed.efi`);
    }
  });

  test('stay under 1 MiB each', () => {
    for (const { bytes } of samples.files) expect(bytes.length).toBeLessThan(2 ** 20);
  });

  test('come with certificates and no private key', () => {
    for (const { pem } of samples.keys) {
      expect(new X509Certificate(pem).subject).toMatch(/^CN=/);
      expect(pem).not.toContain('PRIVATE');
    }
  });

  test('carry a certificate table when and only when they are signed', () => {
    for (const { name, bytes } of samples.files) {
      const file = Buffer.from(bytes);
      const directory = file.readUInt32LE(0x3c) + 24 + 112 + 32;
      const signed = /-(signed|stranger)\.efi$/.test(name) && name !== 'zboot-inner-signed.efi';
      expect([name, file.readUInt32LE(directory + 4) > 0]).toEqual([name, signed]);
    }
  });
});
