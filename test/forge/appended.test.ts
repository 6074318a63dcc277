import { verify, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { signAppended } from '../../forge/appended.ts';
import { newSigner } from '../../forge/x509.ts';

test('an appended signature ends in the structure and magic of module_signature.h', () => {
  const signer = newSigner({ subject: 'Module', key: 'p256' });
  const contents = Buffer.from('contents');
  const file = Buffer.from(signAppended(contents, { signer }));
  const magic = file.length - 28;
  expect(file.toString('latin1', magic)).toBe('~Module signature appended~\n');
  expect(file.subarray(magic - 12, magic - 4).toString('hex')).toBe('0000020000000000');
  const size = file.readUInt32BE(magic - 4);
  const blob = file.subarray(magic - 12 - size, magic - 12);
  expect(magic - 12 - size).toBe(contents.length);
  expect(blob.readUInt16BE(0)).toBe(0x3081);
  expect(blob.readUInt8(2) + 3).toBe(size);
  expect(blob.includes(Buffer.from(signer.certificateDer))).toBe(false);
  // without signed attributes the last element signs the contents themselves
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const value = blob.lastIndexOf(algorithm) + algorithm.length + 2;
  expect(verify('sha256', contents, new X509Certificate(signer.certificateDer).publicKey, blob.subarray(value))).toBe(
    true,
  );
});
