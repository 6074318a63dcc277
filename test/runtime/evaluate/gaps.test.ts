import { describe, expect, test } from 'vitest';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { newSigner, type Signer } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import {
  type Anchor,
  compile,
  DEFAULT_LIMITS,
  factsOf,
  type Gap,
  nativeEngine,
  readAnchorFile,
} from '../../../index.ts';

interface Scene {
  readonly us: Signer;
  readonly them: Signer;
  readonly image: Uint8Array;
}

const scene: Scene = {
  us: newSigner({ subject: 'Us', key: 'p256' }),
  them: newSigner({ subject: 'Them', key: 'p256' }),
  image: forgeImage({ arch: 'arm64', size: 70_000 }),
};

function signed(bytes: Uint8Array, signer = scene.us): Uint8Array {
  return signPe(bytes, { signers: [{ signer }] });
}

function uki(linux: Uint8Array): Uint8Array {
  const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
  return forgeUki({ arch: 'arm64', linux, osrel: 'ID=test\n', cmdline: 'ro quiet', uname: '6.14.0', initrd });
}

function anchorsOf(signer: Signer): readonly Anchor[] {
  const file = readAnchorFile(signer.certificateDer, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

/** The gaps of the policy's one view. */
async function gapsOf(policy: string, bytes: Uint8Array): Promise<readonly Gap[]> {
  const { verifier, diagnostics } = compile(`language 1\npolicy p\nparam signers us\nparam signers them\n${policy}`);
  if (verifier === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
  const trust = { us: anchorsOf(scene.us), them: anchorsOf(scene.them) };
  const file = factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const { gaps } = await verifier.examine(file, { trust, at: new Date('2026-01-01T00:00:00Z') });
  return gaps.flatMap((view) => view.gaps);
}

function layersOf(gaps: readonly Gap[]): readonly string[] {
  return gaps.map(({ layer, because }) => `${layer} ${because}`);
}

const BESIDE = `artifact uki {
  linux: image
  initrd optional
  cmdline optional
  otherwise allow
}
artifact image { require inner: signed by us }
at kexec sees image loads { image } enforce { inner }`;

describe('bytes that a view uses although nothing it enforces covers them', () => {
  test('are the initrd and the command line beside the Image, and the signature that covered them is named', async () => {
    const gaps = await gapsOf(BESIDE, signed(uki(signed(scene.image)), scene.them));
    expect(layersOf(gaps)).toEqual(['uki/.cmdline hidden', 'uki/.initrd hidden']);
    expect(gaps[1]).toMatchObject({ uncoveredBytes: gaps[1]?.sizeBytes, lost: { layer: 'uki', signer: 'CN=Them' } });
    expect(gaps[1]?.text).toBe('was covered by the outer signature (on uki, by CN=Them), which kexec does not see');
  });

  test('are the same when the UKI was never signed, and then no signature is named', async () => {
    const gaps = await gapsOf(BESIDE, uki(signed(scene.image)));
    expect(layersOf(gaps)).toEqual(['uki/.cmdline unasked', 'uki/.initrd unasked']);
    expect(gaps.map(({ lost }) => lost)).toEqual([null, null]);
  });

  test('are shown for a UKI that the view refuses, without the Image on whose account it is refused', async () => {
    const gaps = await gapsOf(BESIDE, signed(uki(scene.image)));
    expect(layersOf(gaps)).toEqual(['uki/.cmdline hidden', 'uki/.initrd hidden']);
  });

  test('are none when the point has no loader for the file', async () => {
    const policy =
      'artifact image { require inner: signed by us }\nat kexec sees file loads { image } enforce { inner }';
    expect(await gapsOf(policy, signed(uki(scene.image)))).toEqual([]);
  });

  test('are none where the envelope is asked for', async () => {
    const policy =
      'artifact uki {\n require e: signed by us\n otherwise allow\n}\nat v sees file loads { uki, image } enforce { e }';
    expect(await gapsOf(policy, signed(uki(scene.image)))).toEqual([]);
  });

  test('are the whole file where nothing is enforced', async () => {
    const policy =
      'artifact zboot { require o: signed by us\n image { } }\nat u sees file enforce { o }\nat v sees file enforce nothing';
    const zboot = signed(forgeZboot({ image: scene.image, compression: 'gzip' }));
    expect(await gapsOf(policy, zboot)).toMatchObject([
      { layer: 'zboot', uncoveredBytes: zboot.length, offsetBytes: 0, text: 'v enforces nothing' },
    ]);
  });

  test('are the payload of a zboot whose signature leaves another reading of it', async () => {
    const policy = `artifact zboot { image { require i: any of {
      signed by us
      covered by them
    } } }
    at v sees zboot loads { zboot } enforce { i }`;
    const signedInside = forgeZboot({ image: scene.image, compression: 'gzip' });
    expect(await gapsOf(policy, signed(signedInside, scene.them))).toEqual([]);
  });
});

describe('what a requirement makes sure of', () => {
  const of = (condition: string, statement = 'require'): string =>
    `artifact image {\n ${statement} r: ${condition}\n require always: arch in { arm64 }\n}\nat v sees file enforce { r, always }`;

  test.each([
    ['signed by us', 'require', []],
    ['any of {\n signed by us\n signed by them\n }', 'require', []],
    ['any of {\n signed by us\n nx-compat\n }', 'require', ['image unasked']],
    ['any of {\n signed by us\n size >= 1\n }', 'require', ['image unasked']],
    ['all of {\n signed by us\n size >= 1\n }', 'require', []],
    ['none of {\n signed by them\n }', 'require', ['image unasked']],
    ['signed by us', 'warn', ['image unasked']],
    ['signed by them', 'forbid', ['image unasked']],
  ])('`%s` under %s leaves %j', async (condition, statement, expected) => {
    expect(layersOf(await gapsOf(of(condition, statement), signed(scene.image)))).toEqual(expected);
  });

  test('is nothing before its day, and everything from then on', async () => {
    const policy = (day: string): string => of('signed by us').replace('require r:', `require r from ${day}:`);
    expect(layersOf(await gapsOf(policy('2026-01-02'), signed(scene.image)))).toEqual(['image unasked']);
    expect(layersOf(await gapsOf(policy('2026-01-01'), signed(scene.image)))).toEqual([]);
  });

  test('is nothing while a waiver for every file is in force', async () => {
    const waiver = '\nwaive r until 2026-02-01 because "moving keys"';
    expect(layersOf(await gapsOf(`${of('signed by us')}${waiver}`, signed(scene.image)))).toEqual(['image unasked']);
    const ended = waiver.replace('2026-02-01', '2025-12-31');
    expect(layersOf(await gapsOf(`${of('signed by us')}${ended}`, signed(scene.image)))).toEqual([]);
  });
});
