import { createHash, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { authenticodeDigest } from '../../forge/authenticode-digest.ts';
import { newKeyRing } from '../../forge/keys.ts';
import { withoutSignatures } from '../../forge/pe-fields.ts';
import { type PeSignatureSpec, type SignPeSpec, signPe } from '../../forge/sign.ts';
import { smallProgram } from '../../forge/small-program.ts';
import { newSigner } from '../../forge/x509.ts';

const PROGRAM = smallProgram({});
const DIRECTORY = 0x80 + 24 + 112 + 32;
const CHECKSUM = 0x80 + 24 + 64;
const signer = newSigner({ subject: 'Signer', key: newKeyRing().pair('p256', 'signer') });

describe('the image digest', () => {
  test('hashes everything but CheckSum and directory 4 when sections follow one another', () => {
    const expected = createHash('sha256')
      .update(PROGRAM.subarray(0, CHECKSUM))
      .update(PROGRAM.subarray(CHECKSUM + 4, DIRECTORY))
      .update(PROGRAM.subarray(DIRECTORY + 8))
      .digest();
    expect(Buffer.compare(authenticodeDigest(PROGRAM, 'sha256', 'specification'), expected)).toBe(0);
    expect(Buffer.compare(authenticodeDigest(PROGRAM, 'sha256', 'flat'), expected)).toBe(0);
  });

  test('does not change when the file is signed', () => {
    for (const digest of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
      expect(authenticodeDigest(signed({}), digest, 'specification')).toEqual(
        authenticodeDigest(PROGRAM, digest, 'specification'),
      );
    }
  });

  test('takes the count of hashed bytes for an offset: a gap is skipped and the end hashed twice', () => {
    const gap = new Uint8Array(0x200).fill(9);
    const file = smallProgram({ sections: [{ name: '.a', data: new Uint8Array(0x400).fill(1), gapBefore: gap }] });
    const expected = createHash('sha256')
      .update(file.subarray(0, CHECKSUM))
      .update(file.subarray(CHECKSUM + 4, DIRECTORY))
      .update(file.subarray(DIRECTORY + 8, 0x600))
      .update(file.subarray(0x800, 0xc00))
      .update(file.subarray(0xa00, 0xc00))
      .digest();
    expect(Buffer.compare(authenticodeDigest(file, 'sha256', 'specification'), expected)).toBe(0);
  });
});

describe('a signed file', () => {
  test('has one certificate table at its end, at a multiple of 8', () => {
    const file = Buffer.from(signed({}));
    const [address, size] = [file.readUInt32LE(DIRECTORY), file.readUInt32LE(DIRECTORY + 4)];
    expect(address).toBe(PROGRAM.length);
    expect(address + size).toBe(file.length);
    expect(size % 8).toBe(0);
    expect(file.readUInt16LE(address + 4)).toBe(0x0200);
    expect(file.readUInt16LE(address + 6)).toBe(2);
    const der = 4 + file.readUInt16BE(address + 10);
    expect(file.readUInt32LE(address)).toBe(8 + der);
    expect(file.subarray(address + 8 + der)).toEqual(Buffer.alloc(size - 8 - der));
  });

  test('says PKCS#7 SignedData over SpcIndirectDataContent with the image digest', () => {
    const file = Buffer.from(signed({}));
    expect(file.subarray(PROGRAM.length + 12, PROGRAM.length + 23).toString('hex')).toBe('06092a864886f70d010702');
    expect(file.includes(Buffer.from('060a2b060104018237020104', 'hex'))).toBe(true);
    expect(file.includes(Buffer.from(authenticodeDigest(PROGRAM, 'sha256', 'specification')))).toBe(true);
    expect(file.includes(Buffer.from(signer.certificateDer))).toBe(true);
  });

  test('carries a signature over its attributes as a SET, whose messageDigest covers the content octets', () => {
    const file = Buffer.from(signed({}));
    const content = spcContent(file);
    const attributes = signedAttributes(file);
    expect(attributes.includes(createHash('sha256').update(content).digest())).toBe(true);
    const publicKey = new X509Certificate(signer.certificateDer).publicKey;
    expect(verify('sha256', attributes, publicKey, lastOctetString(file, attributes))).toBe(true);
  });

  test.each([
    ['length of the entry padded', { entry: { length: 'padded' } }, 0],
    ['length of the entry given', { entry: { length: 77 } }, 77],
  ] as const)('has the %s', (_, how, length) => {
    const file = Buffer.from(signed(how));
    const table = PROGRAM.length;
    expect(file.readUInt32LE(table)).toBe(length === 0 ? file.length - table : length);
  });

  test('keeps earlier entries only when told to', () => {
    const once = signed({});
    const size = once.length - PROGRAM.length;
    expect(signPe(once, { signers: [{ signer }] }).length).toBeLessThan(once.length + 16);
    expect(signPe(once, { signers: [{ signer }], existing: 'keep' }).length).toBeGreaterThan(once.length + size - 16);
  });

  test('becomes the unsigned file again when its table is taken off', () => {
    expect(withoutSignatures(signed({}, { checksum: 'keep' }))).toEqual(PROGRAM);
  });

  test('is padded to 8 before its table', () => {
    const odd = smallProgram({ overlay: Uint8Array.of(1, 2, 3) });
    const file = Buffer.from(signPe(odd, { signers: [{ signer }] }));
    expect(file.readUInt32LE(DIRECTORY)).toBe(PROGRAM.length + 8);
  });

  test('holds raw bytes where an entry asks for them', () => {
    const file = Buffer.from(signPe(PROGRAM, { signers: [{ raw: Buffer.from('no signature') }] }));
    expect(file.toString('latin1', PROGRAM.length + 8, PROGRAM.length + 20)).toBe('no signature');
    expect(file.readUInt32LE(DIRECTORY + 4)).toBe(24);
  });
});

function signed(how: Partial<PeSignatureSpec>, file: Partial<SignPeSpec> = {}): Uint8Array {
  return signPe(PROGRAM, { signers: [{ signer, ...how }], ...file });
}

/** Octets of the SpcIndirectDataContent: found by the start of its first element, 104 bytes with SHA-256. */
function spcContent(file: Buffer): Buffer {
  const start = file.indexOf(Buffer.from('3033060a2b06010401823702010f', 'hex'));
  return file.subarray(start, start + file.readUInt8(start - 1));
}

/** The signed attributes of the only SignerInfo, found by contentType, with the tag of a SET. */
function signedAttributes(file: Buffer): Buffer {
  const start = file.lastIndexOf(Buffer.from('301906092a864886f70d010903', 'hex')) - 2;
  const attributes = Buffer.from(file.subarray(start, start + 2 + file.readUInt8(start + 1)));
  expect(attributes.readUInt8(0)).toBe(0xa0);
  attributes.writeUInt8(0x31, 0);
  return attributes;
}

function lastOctetString(file: Buffer, attributes: Buffer): Buffer {
  const start = file.lastIndexOf(attributes.subarray(1)) + attributes.length - 1;
  const value = start + 2 + file.readUInt8(start + 1); // behind the signature algorithm
  return file.subarray(value + 2, value + 2 + file.readUInt8(value + 1));
}
