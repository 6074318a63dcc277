import { describe, expect, test } from 'vitest';
import { efivarfsBytes, forgeAuth, forgeEsl } from '../../forge/esl.ts';
import { newSigner } from '../../forge/x509.ts';

const DIGEST = new Uint8Array(32).fill(0xab);
const SHA256_LIST = '2616c4c14c509240aca941f936934328';
const X509_LIST = 'a159c0a5e494a74a87b5ab155c2bf072';

describe('a signature list', () => {
  test('states its type, sizes and entries', () => {
    const list = Buffer.from(forgeEsl({ type: 'sha256', data: DIGEST }, { type: 'sha256', data: DIGEST }));
    expect(list.subarray(0, 16).toString('hex')).toBe(SHA256_LIST);
    expect([16, 20, 24].map((at) => list.readUInt32LE(at))).toEqual([28 + 2 * 48, 0, 48]);
    expect(list.length).toBe(28 + 2 * 48);
    expect(list.subarray(44, 76).equals(DIGEST)).toBe(true);
  });

  test('holds certificates of different length in lists of their own', () => {
    const list = Buffer.from(
      forgeEsl({ type: 'x509', data: new Uint8Array(10) }, { type: 'x509', data: new Uint8Array(11) }),
    );
    expect(list.subarray(0, 16).toString('hex')).toBe(X509_LIST);
    expect(list.readUInt32LE(16)).toBe(28 + 26);
    expect(list.readUInt32LE(54 + 16)).toBe(28 + 27);
  });

  test('adds the time of revocation to the digest of a certificate', () => {
    const data = Buffer.from(
      forgeEsl({ type: 'x509-sha256', data: DIGEST, revokedAt: new Date('2025-03-04T05:06:07Z') }),
    );
    expect(data.readUInt32LE(24)).toBe(16 + 48);
    expect(data.subarray(76).toString('hex')).toBe('e907030405060700' + '0000000000000000');
    expect(Buffer.from(forgeEsl({ type: 'x509-sha256', data: DIGEST })).subarray(76)).toEqual(Buffer.alloc(16));
  });
});

describe('a variable update', () => {
  test('starts with time and certificate and ends in the lists', () => {
    const lists = forgeEsl({ type: 'sha256', data: DIGEST });
    const signer = newSigner({ subject: 'KEK', key: 'p256' });
    const update = Buffer.from(forgeAuth(lists, { name: 'db', at: new Date('2025-01-02T03:04:05Z'), signer }));
    expect(update.readUInt16LE(0)).toBe(2025);
    expect(update.readUInt16LE(20)).toBe(0x0200);
    expect(update.readUInt16LE(22)).toBe(0x0ef1);
    expect(update.subarray(24, 40).toString('hex')).toBe('9dd2af4adf68ee498aa9347d375665a7');
    expect(update.subarray(16 + update.readUInt32LE(16)).equals(lists)).toBe(true);
  });
});

test('a file of efivarfs starts with four bytes of attributes', () => {
  expect(efivarfsBytes(Uint8Array.of(9))).toEqual(Uint8Array.of(0x27, 0, 0, 0, 9));
});
