import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import type { Signer } from '../../../forge/x509.ts';
import { INNER, OUTER, CURVE, PASSPHRASE, BOTH, repack, inspected, type Repacked } from './repack-run.ts';
import { text } from './run-in-memory.ts';

describe('bootpol repack, keys', () => {
  const outer = (spec: string, ...more: readonly string[]): Promise<Repacked> =>
    repack(['zboot.efi', '--sign-outer', spec, ...more, '-o', 'out'], {}, { environment: { PASS: PASSPHRASE } });

  test.each([
    ['outer.key,outer.der', []],
    ['both.pem', []],
    ['curve.key,curve.pem', []],
    ['locked.key,outer.pem', ['--passphrase', 'file:secret']],
    ['locked.key,outer.pem', ['--passphrase', 'file:wrong', '--passphrase', 'env:PASS']],
    ['outer.key,outer.pem', ['--digest', 'sha384', '--signing-time', '2026-03-31T12:00:00Z']],
  ] as const)('signs with %s %j', async (spec, more) => {
    const { code, written } = await outer(spec, ...more);
    expect([code, (await inspected(written)).signatures[0]?.digestMatches]).toEqual([0, true]);
  });

  test.each([
    ['inner.key,outer.pem', [], 'certificate `outer.pem`: the private key does not belong to the certificate'],
    ['locked.key,outer.pem', [], 'private key `locked.key` is encrypted: give `--passphrase file:PATH` or `env:NAME`'],
    [
      'locked.key,outer.pem',
      ['--passphrase', 'file:wrong'],
      'no passphrase that is given opens private key `locked.key`',
    ],
    ['locked.key,outer.pem', ['--passphrase', 'env:NONE'], 'there is no variable `NONE`'],
    ['locked.key,outer.pem', ['--passphrase', 'sesame'], '`--passphrase` wants file:PATH or env:NAME'],
    ['outer.pem,outer.pem', [], '`outer.pem` holds no private key in PEM'],
    ['outer.key,outer.key', [], '`outer.key` holds no certificate'],
    ['outer.key,none', [], 'cannot read certificate `none`: no such file'],
    ['none,outer.pem', [], 'cannot read private key `none`: no such file'],
    ['empty', [], '`empty` holds no certificate'],
    ['outer.key,Image', [], '`Image` holds no certificate'],
  ] as const)('refuses %s %j', async (spec, more, why) => {
    const { code, err, written } = await outer(spec, ...more);
    expect([code, err, written]).toEqual([2, `bootpol: ${why}\n`, null]);
  });

  test('signs with a token through openssl, by its engine where it has no provider', async () => {
    const calls: (readonly string[])[] = [];
    const runTool: CommandIo['runTool'] = (program, words, input) => {
      if (program !== 'openssl') return { kind: 'missing' };
      calls.push(words);
      if (!words.includes('-engine')) return { kind: 'failed', text: 'no provider' };
      return { kind: 'done', bytes: Uint8Array.from(sign('sha256', input, OUTER.privateKey ?? '')) };
    };
    const spec = 'pkcs11:token=t;object=o?pin-value=1234,outer.pem';
    const { code, out, written } = await repack(['zboot.efi', '--sign-outer', spec, '-o', 'out'], {}, { runTool });
    expect([code, (await inspected(written)).signatures[0]?.digestMatches]).toEqual([0, true]);
    expect(calls[1]).toEqual([
      'dgst',
      '-sha256',
      '-engine',
      'pkcs11',
      '-keyform',
      'engine',
      '-sign',
      spec.slice(0, -10),
    ]);
    expect(out).not.toContain('1234');
  });

  test('shows no PIN when the token cannot sign, and takes no signature of another key', async () => {
    const spec = 'pkcs11:token=t?pin-value=1234&x=y,outer.pem';
    const words = ['zboot.efi', '--sign-outer', spec, '-o', 'out'];
    const failing: CommandIo['runTool'] = (_, given) => ({
      kind: 'failed',
      text: `no key ${given.at(-1) ?? ''}\nmore`,
    });
    const failed = await repack(words, {}, { runTool: failing });
    expect([failed.code, failed.written]).toEqual([2, null]);
    expect(failed.err).toContain('engine: no key pkcs11:token=t?pin-value=…&x=y\n');
    expect(failed.err).not.toContain('1234');
    const other: CommandIo['runTool'] = (_, __, input) => ({
      kind: 'done',
      bytes: Uint8Array.from(sign('sha256', input, INNER.privateKey ?? '')),
    });
    const wrong = await repack(words, {}, { runTool: other });
    expect([wrong.code, wrong.written]).toEqual([2, null]);
    expect(wrong.err).toMatch(/what signed for CN=Outer is not the key of its certificate/);
  });
});

describe('bootpol repack, in two phases', () => {
  const elsewhere = ['zboot.efi', '--compress', 'xz', '--sign-inner', 'inner.pem', '--sign-outer', 'outer.pem'];

  test('gives what one phase gives, inner signature first', async () => {
    const first = await repack([...elsewhere, '--prepare', 'tbs']);
    expect([first.code, first.written?.[0]]).toEqual([0, 0x31]);
    const inner = Uint8Array.from(sign('sha256', first.written ?? text(''), INNER.privateKey ?? ''));
    const second = await repack([...elsewhere, '--attach', 'i.sig', '--prepare', 'tbs'], { 'i.sig': inner });
    const outer = Uint8Array.from(sign('sha256', second.written ?? text(''), OUTER.privateKey ?? ''));
    const files = { 'i.sig': inner, 'o.sig': outer };
    const third = await repack([...elsewhere, '--attach', 'i.sig', '--attach', 'o.sig', '-o', 'out'], files);
    const once = await repack(['zboot.efi', '--compress', 'xz', ...BOTH, '-o', 'out']);
    expect(third.code).toBe(0);
    expect(Buffer.compare(third.written ?? text(''), once.written ?? text(''))).toBe(0);
  });

  test('takes ECDSA as tokens give it, and as openssl does', async () => {
    const words = ['zboot.efi', '--sign-outer', 'curve.pem'];
    const { written } = await repack([...words, '--prepare', 'tbs']);
    for (const dsaEncoding of ['ieee-p1363', 'der'] as const) {
      if (CURVE.privateKey === null) throw new Error('no key');
      const key = { key: CURVE.privateKey, dsaEncoding };
      const sig = Uint8Array.from(sign('sha256', written ?? text(''), key));
      const done = await repack([...words, '--attach', 'sig', '-o', 'out'], { sig });
      expect([done.code, (await inspected(done.written)).signatures[0]?.intact]).toEqual([0, true]);
    }
  });

  test('refuses a signature of another key, over other bytes, or one too many', async () => {
    const { written } = await repack(['zboot.efi', '--sign-outer', 'outer.pem', '--prepare', 'tbs']);
    const by = ({ privateKey }: Signer, bytes: Uint8Array): Uint8Array =>
      Uint8Array.from(sign('sha256', bytes, privateKey ?? ''));
    const sound = by(OUTER, written ?? text(''));
    const attach = (sig: Uint8Array, ...more: readonly string[]): Promise<Repacked> =>
      repack(['zboot.efi', '--sign-outer', 'outer.pem', '--attach', 'sig', ...more, '-o', 'out'], { sig });
    expect((await attach(sound)).code).toBe(0);
    for (const bad of [by(INNER, written ?? text('')), by(OUTER, text('other')), new Uint8Array(256), text('')]) {
      const { code, err, written: nothing } = await attach(bad);
      expect([code, nothing]).toEqual([2, null]);
      expect(err).toMatch(/`sig` is no signature by CN=Outer over what is to be signed/);
    }
    expect((await attach(sound, '--digest', 'sha512')).code).toBe(2);
    const excess = await attach(sound, '--attach', 'sig');
    expect([excess.code, excess.err]).toEqual([
      2,
      'bootpol: there are more signatures to `--attach` than are needed\n',
    ]);
  });

  test('needs to be told where to write what is to be signed', async () => {
    const { code, err } = await repack(['zboot.efi', '--sign-outer', 'outer.pem', '-o', 'out']);
    expect([code, err]).toEqual([
      2,
      'bootpol: the key of CN=Outer is not given: `--prepare` writes what it must sign, `--attach` takes the signature\n',
    ]);
    const piped = await repack(['zboot.efi', '--sign-outer', 'outer.pem', '--prepare', '-']);
    expect(piped.code).toBe(0);
    expect(piped.err).toMatch(/^\d+ bytes to be signed written to standard output; sign them as CN=Outer/);
    expect(piped.out).not.toContain('to be signed');
    const done = await repack(['zboot.efi', '--sign-outer', 'both.pem', '--prepare', 'tbs']);
    expect([done.code, done.written]).toEqual([2, null]);
  });
});
