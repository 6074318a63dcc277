import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Anchor, nativeEngine, readAnchorFile } from '../../index.ts';
import { decisiveReason, judgeAs } from '../../runtime/trust/judge-enforcer.ts';

interface Entry {
  readonly file: string;
  readonly expected?: { readonly outer?: { readonly authentic?: unknown } };
}

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const SIGNED = FOLDER === '' ? [] : entriesOf(join(FOLDER, 'manifest.json'));
const ANCHORS = FOLDER === '' ? [] : ['test', 'kernel', 'vendor'].flatMap((folder) => anchorsIn(folder));
const ENGINE = nativeEngine();

function entriesOf(path: string): readonly (readonly [file: string, authentic: boolean])[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the manifest's shape is what the test compares with
  const entries: readonly Entry[] = JSON.parse(readFileSync(path, 'utf8'));
  return entries.flatMap(({ file, expected }) => {
    const authentic = expected?.outer?.authentic;
    return typeof authentic === 'boolean' ? [[file, authentic] as const] : [];
  });
}

/** Every signer's own certificate, and the vendors' CAs; once each. */
function anchorsIn(folder: string): readonly Anchor[] {
  const files = readdirSync(join(FOLDER, 'certs', folder)).filter((name) => /^[^.]+\.(der|pem|crt)$/.test(name));
  return files.flatMap((name) => {
    const read = readAnchorFile(readFileSync(join(FOLDER, 'certs', folder, name)), name);
    if (!read.ok) throw new Error(`${name}: ${read.text}`);
    return read.anchors;
  });
}

/**
 * Soundly signed, and refused for a rule all the same. Each is a row of the enforcer's own rules, most of them measured
 * on other files.
 */
const REFUSED: Readonly<Record<string, Readonly<Partial<Record<'edk2' | 'linux', string>>>>> = {
  'sig/cert-under-notca.efi': { edk2: 'chain-not-ca' },
  'sig/crafted-noattrs.efi': { linux: 'cms-no-signed-attributes' },
  'sig/crafted-p256-sha384.efi': { edk2: 'image-digest-mismatch' }, // image SHA-256, signer SHA-384: measured as hash-image256-signer512
  'sig/crafted-pe-sha3-256.efi': { edk2: 'image-digest-mismatch' },
  'sig/crafted-pss-sha256.efi': { edk2: 'signature-bad', linux: 'cms-signature-algorithm' }, // measured as rsapss
  'sig/crafted-ski.efi': { edk2: 'cms-signer-identifier', linux: 'cms-version' },
  'sig/osslsigncode-expired-but-timestamped.efi': { linux: 'signing-time' }, // measured as attr-signingtime-1999
  'sig/osslsigncode-md5.efi': { edk2: 'cms-digest-offset', linux: 'cms-digest-unsupported' }, // measured as hash-md5
  'uki/aa64-dtbauto-hwids.efi': { edk2: 'elliptic-curve' }, // measured: no curves on AArch64
  'uki/loongarch64-stub-min-signed.efi': { linux: 'signing-time' },
};

/**
 * Refused by those who verify the embedded certificate, or who bound every length.
 *
 * - Linux finds the signer by issuer and serial number in its keyring and verifies with the copy there, so it does not
 *   notice a bit flipped elsewhere in the embedded one.
 * - It lets an entry length of 0 wrap as it does 7 (both measured with 7.2.13).
 */
const BENIGN_FOR_LINUX = new Set([
  'corrupt/deb~flip-cms-mid.efi',
  'corrupt/addon~set-win-length-0.efi',
  'corrupt/deb~set-win-length-0.efi',
]);

describe.skipIf(SIGNED.length === 0)('signed files of others (BOOTPOL_IMAGES), their signers trusted', () => {
  test.each(SIGNED)('%s: authentic %s', async (file, authentic) => {
    const bytes = readFileSync(join(FOLDER, file));
    for (const enforcer of ['edk2', 'linux'] as const) {
      const question = { bytes, layer: 'pe', anchors: ANCHORS, revoked: [], engine: ENGINE, machine: {} };
      const reason = decisiveReason(await judgeAs(enforcer, question));
      const refusal = REFUSED[file]?.[enforcer] ?? null;
      if (authentic) expect(reason?.code ?? null, `${enforcer}: ${reason?.text ?? ''}`).toBe(refusal);
      else if (enforcer === 'linux' && BENIGN_FOR_LINUX.has(file)) expect(reason).toBeNull();
      else expect(reason, enforcer).not.toBeNull();
    }
  });
});
