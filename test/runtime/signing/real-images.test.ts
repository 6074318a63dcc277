import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContentInfo, SignedData } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nativeEngine } from '../../../native-engine.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { hexOf } from '../../../runtime/bytes/hex.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { type CollectedSignatures, collectSignatures } from '../../../runtime/signing/certificate-table.ts';

const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';
const ENGINE = nativeEngine();

const manifestSchema = z.array(
  z.object({
    file: z.string(),
    expected: z
      .object({
        outer: z
          .object({ authentic: z.union([z.boolean(), z.string()]).optional(), malformed: z.boolean().optional() })
          .optional(),
      })
      .optional(),
    authenticode_sha256: z.string().nullish(),
  }),
);

/**
 * Files that the manifest leaves to the tools, or gives to one way of hashing: what is found here, and why not the
 * other thing. All others of the kind are sound: padding and odd layouts as Microsoft's document hashes them.
 */
const NOT_SOUND: readonly RegExp[] = [
  /~append-/, // bytes after the table are hashed, and the table itself with them
  /~flip-certdir-size/, // the table leaves the file
  /~flip-win-length/, // the CMS is cut
  /~flip-win-type|win-type-/, // no PKCS#7 entry, so no signature
  /bare-signeddata/, // no ContentInfo: EDK2 and Linux refuse it
  /octet-wrapped/, // messageDigest is not that of the octets (RFC 5652, section 5.4)
  /osslsigncode~gapflip/, // osslsigncode hashes gaps, Microsoft's document does not
  /gap.*~lineardigest|into-section~lineardigest|identical-range~lineardigest|overlap-0x100~|sizeofheaders-short~linear/, // flat digests
  /section-past-eof-0x200~(osslsigncode|specdigest)/, // the section reaches into the table
];

/** The signer's signature is sound; what was altered is its certificate, which its issuer no longer vouches for. */
const ALTERED_CERTIFICATE = 'corrupt/deb~flip-cms-mid.efi';

function manifest(): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(join(IMAGES, 'manifest.json'), 'utf8')));
}

async function collect(file: string): Promise<CollectedSignatures | null> {
  const bytes = new Uint8Array(readFileSync(join(IMAGES, file)));
  const pe = attempt(() => readPe(bytes, 'pe'));
  return pe.ok ? collectSignatures(pe.value, ENGINE) : null;
}

async function isSound(file: string): Promise<boolean> {
  const collected = await collect(file);
  const signatures = collected?.signatures ?? [];
  return signatures.length > 0 && signatures.every(({ intact, digestMatches }) => intact && digestMatches);
}

describe.skipIf(IMAGES === '')('signatures of the real images in BOOTPOL_IMAGES', () => {
  it('are sound where the manifest says so, and only there', async () => {
    const wrong: string[] = [];
    for (const { file, expected } of manifest()) {
      const authentic = expected?.outer?.authentic;
      if (typeof authentic !== 'boolean' || file === ALTERED_CERTIFICATE) continue;
      if ((await isSound(file)) !== authentic) wrong.push(file);
    }
    expect(wrong).toEqual([]);
  });

  it('are decided as written here where the manifest leaves it open', async () => {
    const wrong: string[] = [];
    for (const { file, expected } of manifest()) {
      if (typeof expected?.outer?.authentic !== 'string') continue;
      const decided = !NOT_SOUND.some((pattern) => pattern.test(file));
      if ((await isSound(file)) !== decided) wrong.push(file);
    }
    expect(wrong).toEqual([]);
  });

  it('have the digest of the manifest wherever there is one to have', async () => {
    const wrong: string[] = [];
    for (const { file, expected, authenticode_sha256: wanted } of manifest()) {
      const collected = typeof wanted !== 'string' ? null : await collect(file);
      const digest = await collected?.digests.of('sha256');
      if (collected === null || typeof wanted !== 'string') continue;
      const given = digest === null || digest === undefined ? null : hexOf(digest);
      if (given === null && (expected?.outer?.authentic !== true || expected.outer.malformed === true)) continue;
      if (given !== wanted) wrong.push(`${file} ${given ?? ''}`);
    }
    expect(wrong).toEqual([]);
  });

  it('are sound for PKI.js too', async () => {
    const wrong: string[] = [];
    for (const { file, expected } of manifest()) {
      if (expected?.outer?.authentic !== true) continue;
      for (const signature of (await collect(file))?.signatures ?? []) {
        if (signature.signerDigestAlgorithm === 'md5') continue; // WebCrypto has none
        const bytes = new Uint8Array(readFileSync(join(IMAGES, file)));
        const cms = bytes.slice(signature.cmsOffsetBytes, signature.offsetBytes + signature.sizeBytes);
        const signed = new SignedData({ schema: ContentInfo.fromBER(cms).content });
        const theirs = await signed.verify({ signer: 0, checkChain: false });
        if (!theirs) wrong.push(file);
        if (signed.certificates?.length !== signature.certificates.length) wrong.push(`${file}: certificates`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
