import { describe, expect, test } from 'vitest';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { forgePcr11, withPcrSignatures } from '../../../forge/pcr.ts';
import { forgeUki, type UkiSpec } from '../../../forge/uki.ts';
import { judge, newBench } from '../../policy-case.ts';

const KEY = newKeyRing().pair('rsa2048', 'pcr');
const UKI: UkiSpec = { linux: forgeBzImage({}), osrel: 'ID=forge\n', cmdline: 'quiet', uname: '6' };
const BENCH = newBench();

/** What a requirement about the UKI comes to. */
async function verdictOf(condition: string, spec: UkiSpec): Promise<string> {
  const policy = `artifact uki { require c: ${condition}  otherwise allow }`;
  return (await judge(policy, forgeUki(spec), BENCH)).verdict;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('pcr11', () => {
  const value = hexOf(forgePcr11(UKI, 'sha256'));

  test('is the value that the stub leaves behind, and no other', async () => {
    expect(await verdictOf(`pcr11 in { sha256:${value} }`, UKI)).toBe('accept');
    expect(await verdictOf(`pcr11 in { sha256:${value} }`, { ...UKI, cmdline: 'quieT' })).toBe('reject');
  });

  test('must be listed for every profile', async () => {
    const profiles = [{ profile: 'ID=a' }, { profile: 'ID=b', cmdline: 'rescue' }];
    const spec = { ...UKI, profiles };
    const values = profiles.map((profile) => `sha256:${hexOf(forgePcr11({ ...UKI, ...profile }, 'sha256'))}`);
    expect(await verdictOf(`pcr11 in { ${values.join(', ')} }`, spec)).toBe('accept');
    expect(await verdictOf(`pcr11 in { ${values[0] ?? ''} }`, spec)).toBe('reject');
  });
});

describe('pcr-signed', () => {
  const signing = { key: KEY, banks: ['sha256'], phases: ['', 'enter-initrd'] } as const;

  test('holds where every signature is intact and states a value of the image', async () => {
    expect(await verdictOf('pcr-signed', withPcrSignatures(UKI, signing))).toBe('accept');
  });

  test('does not hold without a signature, or for an image that was changed after signing', async () => {
    expect(await verdictOf('pcr-signed', UKI)).toBe('reject');
    expect(await verdictOf('pcr-signed', { ...withPcrSignatures(UKI, signing), cmdline: 'quieT' })).toBe('reject');
  });
});
