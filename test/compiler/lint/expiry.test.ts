import { expect, test } from 'vitest';
import { newSigner } from '../../../forge/x509.ts';
import { compile } from '../../../index.ts';

const POLICY = `language 1
policy p
signers distro = file "distro.pem"
artifact image {
  require outer: signed by distro
}
`;

test('a certificate of a signer set is told to have expired on the day after its last one', () => {
  const notAfter = new Date('2026-03-31T12:00:00Z');
  const { certificatePem } = newSigner({ subject: 'Sample', key: 'p256', notBefore: new Date('2020-01-01'), notAfter });
  const codesAt = (at: string): readonly string[] =>
    compile(POLICY, { readFile: () => new TextEncoder().encode(certificatePem), at }).diagnostics.map(
      ({ code }) => code,
    );
  expect(codesAt('2026-03-31')).toEqual([]);
  expect(codesAt('2026-04-01')).toEqual(['BP0518']);
});
