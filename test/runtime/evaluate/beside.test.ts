import { describe, expect, test } from 'vitest';
import { signAppended } from '../../../forge/appended.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { type Anchor, besideFactsOf, compile, DEFAULT_LIMITS, factsOf, nativeEngine } from '../../../index.ts';
import { readAnchorFile, type VerifyOptions } from '../../../runtime/index.ts';

const us = newSigner({ subject: 'Us', key: 'p256' });
const kernel = signPe(forgeImage({ arch: 'arm64', size: 70_000 }), { signers: [{ signer: us }] });
const plain = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
const vouched = signAppended(plain, { signer: us });
const AT = new Date('2026-01-01T00:00:00Z');
const reading = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

const KERNEL = 'artifact image { require outer: signed by us }\n';
const INITRD = 'artifact initrd { require rd: signed by us { scheme appended } }\n';
const TAKES = `${KERNEL}at kexec sees file beside initrd loads { image } enforce { outer }`;
const ASKS = `${KERNEL}${INITRD}at kexec sees file beside initrd loads { image } enforce { outer, rd }`;

function anchors(): readonly Anchor[] {
  const file = readAnchorFile(us.certificateDer, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

function compiled(policy: string) {
  const { verifier, diagnostics } = compile(`language 1\npolicy p\nparam signers us\n${policy}\n`);
  if (verifier === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
  return verifier;
}

async function judge(policy: string, rest: Partial<VerifyOptions> = {}) {
  return compiled(policy)(kernel, { trust: { us: anchors() }, at: AT, limits: DEFAULT_LIMITS, ...rest });
}

async function gapsOf(policy: string, initrd: Uint8Array) {
  const beside = besideFactsOf(initrd, reading);
  const { gaps } = await compiled(policy).examine(factsOf(kernel, reading), {
    trust: { us: anchors() },
    at: AT,
    beside,
  });
  return gaps.flatMap((view) => view.gaps);
}

describe('an initrd handed on beside a file', () => {
  test('is taken unasked where a view says no more than that', async () => {
    expect((await judge(TAKES, { initrd: plain })).verdict).toBe('accept');
    expect(await gapsOf(TAKES, plain)).toMatchObject([
      { layer: 'beside/initrd', kind: 'initrd', because: 'unasked', uncoveredBytes: plain.length },
    ]);
  });

  test('is refused where no view takes one', async () => {
    const policy = `${KERNEL}at kexec sees file loads { image } enforce { outer }`;
    expect((await judge(policy)).verdict).toBe('accept');
    const { verdict, views } = await judge(policy, { initrd: plain });
    expect(verdict).toBe('reject');
    expect(views[0]?.reasons).toMatchObject([{ code: 'beside-undeclared', layer: 'beside/initrd' }]);
  });

  test('is nothing to a view that does not take it, where another does', async () => {
    const policy = `${TAKES}\nat firmware sees file enforce { outer }`;
    expect((await judge(policy, { initrd: plain })).verdict).toBe('accept');
    expect(await gapsOf(policy, plain)).toHaveLength(1);
  });

  test('has to meet what its artifact asks, by its own signature', async () => {
    expect((await judge(ASKS, { initrd: vouched })).verdict).toBe('accept');
    expect(await gapsOf(ASKS, vouched)).toEqual([]);
    const { verdict, views } = await judge(ASKS, { initrd: plain });
    expect(verdict).toBe('reject');
    const open = views[0]?.requirements.filter(({ outcome }) => outcome !== 'satisfied');
    expect(open).toMatchObject([{ name: 'rd', layer: 'beside/initrd', reasons: [{ code: 'no-signature' }] }]);
  });

  test('is covered by nothing of the kernel, however that is signed', async () => {
    const covered = ASKS.replace('signed by us { scheme appended }', 'covered by us');
    expect((await judge(covered, { initrd: vouched })).verdict).toBe('accept');
    expect((await judge(covered, { initrd: plain })).verdict).toBe('reject');
  });

  test('may be missing', async () => {
    expect((await judge(ASKS)).verdict).toBe('accept');
  });

  test('is never looked at where the file itself is refused unread', async () => {
    const { views } = await judge(ASKS.replace('loads { image }', 'loads { zboot }'), { initrd: plain });
    expect(views[0]?.reasons).toMatchObject([{ code: 'no-loader' }]);
    expect(views[0]?.requirements).toEqual([]);
  });

  test.each([
    ['a kernel', kernel, 'beside-not-initrd'],
    ['a compressed kernel', compress('gzip', kernel), 'beside-not-initrd'],
  ] as const)('is no initrd when it is %s', async (_, initrd, code) => {
    const { verdict, views } = await judge(TAKES, { initrd });
    expect(verdict).toBe('reject');
    expect(views[0]?.reasons).toMatchObject([{ code }]);
  });

  test('cannot be established where it cannot be read', async () => {
    const { verdict, views } = await judge(ASKS, { initrd: new Uint8Array(4096).fill(0x77) });
    expect(verdict).toBe('undecided');
    expect(views[0]?.requirements.map(({ outcome }) => outcome)).toContain('undecided');
    expect(await gapsOf(TAKES, new Uint8Array(4096).fill(0x77))).toMatchObject([{ because: 'unreadable' }]);
  });

  test('has its own shape, under `otherwise` of its artifact', async () => {
    const strict = ASKS.replace('artifact initrd {', 'artifact initrd { cpio absent\n');
    const { views } = await judge(strict, { initrd: vouched });
    const open = views[0]?.requirements.filter(({ outcome }) => outcome === 'violated');
    expect(open).toMatchObject([{ name: 'shape', layer: 'beside/initrd' }]);
  });

  test('is lifted by a waiver of its own digest, not by one of the kernel’s', async () => {
    const { createHash } = await import('node:crypto');
    const waive = (bytes: Uint8Array) =>
      `${ASKS}\nwaive rd until 2027-01-01 for sha256:${createHash('sha256').update(bytes).digest('hex')} because "x"`;
    expect((await judge(waive(plain), { initrd: plain })).verdict).toBe('accept-waived');
    expect((await judge(waive(kernel), { initrd: plain })).verdict).toBe('reject');
  });

  test('may be shared by runs that go on at the same time', async () => {
    const beside = besideFactsOf(vouched, reading);
    const verifier = compiled(ASKS);
    const runs = [1, 2, 3].map(() =>
      verifier.judge(factsOf(kernel, reading), { trust: { us: anchors() }, at: AT, beside }),
    );
    const verdicts = await Promise.all(runs);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accept', 'accept', 'accept']);
  });
});
