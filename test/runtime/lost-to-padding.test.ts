import { describe, expect, test } from 'vitest';
import { concatBytes, zeroPadded } from '../../forge/bytes.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { newSigner } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { forgeUki } from '../../forge/uki.ts';
import { nativeEngine } from '../../native-engine.ts';
import { DEFAULT_LIMITS } from '../../runtime/bytes/limits.ts';
import { inspect } from '../../runtime/inspect.ts';
import type { InspectedLayer } from '../../runtime/report/inspection.ts';
import { anchorsOf } from './trust/question.ts';
import { answers } from './trust/table-d/rows.ts';

const SIGNER = newSigner({ subject: 'Inner', key: 'rsa2048' });
const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 });
const SIGNED = signPe(IMAGE, { signers: [{ signer: SIGNER }] });
const TRUST = { anchors: anchorsOf(SIGNER.certificateDer), revoked: [] };

async function codesAt(bytes: Uint8Array, path: string): Promise<readonly string[]> {
  const { root } = await inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const all = (layer: InspectedLayer): readonly InspectedLayer[] => [layer, ...layer.children.flatMap(all)];
  return all(root).flatMap((layer) => (layer.path === path ? layer.findings.map(({ code }) => code) : []));
}

describe('an Image that was signed before it was padded', () => {
  test('is pointed out by inspect, wherever it is packed', async () => {
    const zboot = forgeZboot({ image: SIGNED, compression: 'gzip' });
    expect(await codesAt(zboot, 'zboot/image')).toContain('signature-lost-to-padding');
    const uki = forgeUki({ arch: 'arm64', linux: zboot });
    expect(await codesAt(uki, 'uki/.linux/zboot/image')).toContain('signature-lost-to-padding');
  });

  test('is not said of one that was packed as it was signed, or padded first', async () => {
    const trimmed = forgeZboot({ image: SIGNED, compression: 'gzip', padTo: 'nothing' });
    expect(await codesAt(trimmed, 'zboot/image')).not.toContain('signature-lost-to-padding');
    const padded = signPe(zeroPadded(IMAGE, 0x10000), { signers: [{ signer: SIGNER }] });
    expect(await codesAt(padded, 'image')).not.toContain('signature-lost-to-padding');
  });

  test('is not said of one whose signature is broken in any case', async () => {
    const broken = signPe(IMAGE, { signers: [{ signer: SIGNER, signature: 'broken' }] });
    const zboot = forgeZboot({ image: broken, compression: 'gzip' });
    expect(await codesAt(zboot, 'zboot/image')).not.toContain('signature-lost-to-padding');
  });

  test('is refused by EDK2, Linux and shim, each of which takes it cut at the end of its table', async () => {
    const packed = concatBytes(SIGNED, new Uint8Array(0x10000 - SIGNED.length));
    const said = await answers(packed, TRUST);
    expect(said.split(' ')).toHaveLength(3);
    expect(said.split(' ')).not.toContain('A');
    expect(await answers(SIGNED, TRUST)).toBe('A A A');
  });
});
