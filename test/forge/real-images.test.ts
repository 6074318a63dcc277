import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticodeDigest } from '../../forge/authenticode-digest.ts';

const FOLDER = process.env.BOOTPOL_IMAGES ?? '';

/** Headers on which the readers of the manifest themselves disagree: pesign computes what the forge does. */
const DISPUTED: readonly string[] = ['corrupt/addon~set-magic-10b.efi', 'corrupt/addon~set-ndir-4.efi'];

const manifestSchema = z.array(
  z.object({
    file: z.string(),
    expected: z.object({ layers: z.object({ authenticode_sha256: z.string().nullish() }).nullish() }).nullish(),
  }),
);

describe.skipIf(FOLDER === '')('the image digest of real files (needs BOOTPOL_IMAGES)', () => {
  test('is the one that the manifest states', () => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')));
    const stated = manifest.flatMap(({ file, expected }) => {
      const digest = expected?.layers?.authenticode_sha256 ?? '';
      return digest === '' || DISPUTED.includes(file) ? [] : [{ file, digest }];
    });
    const computed = stated.map(({ file }) => ({
      file,
      digest: Buffer.from(authenticodeDigest(readFileSync(join(FOLDER, file)), 'sha256', 'specification')).toString(
        'hex',
      ),
    }));
    expect(stated.length).toBeGreaterThan(200);
    expect(computed).toEqual(stated);
  });
});
