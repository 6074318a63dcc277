import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyHash } from '../policy-hash.ts';

test('is the SHA-256 of the text in UTF-8, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(policyHash(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
    }),
  );
});
