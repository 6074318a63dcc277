import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { signAppended } from '../../../forge/appended.ts';
import { noiseBytes } from '../../../forge/contents.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { newSigner } from '../../../forge/x509.ts';
import { simulationReportSchema } from '../../../runtime/report/simulation-schema.ts';
import { verdictReportSchema } from '../../../runtime/report/verdict-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const POLICY = `language 1
policy pair
param signers ima
artifact image { require kernel: signed by ima { scheme appended } }
artifact initrd {
  require rd: signed by ima { scheme appended }
  require small: size <= 1 MiB
}
at kexec sees file beside initrd loads { image } enforce { kernel, rd, small }
`;

function sha256Hex(file: MemoryFiles[string] | undefined): string {
  return file instanceof Uint8Array ? createHash('sha256').update(file).digest('hex') : 'no file';
}

describe('--initrd', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const signer = newSigner({ subject: 'IMA', key: 'rsa2048' });
    const signed = (bytes: Uint8Array): Uint8Array => signAppended(bytes, { signer });
    const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'none' });
    const odd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
    const joined = new Uint8Array(Math.ceil(odd.length / 4) * 4 + initrd.length);
    joined.set(odd);
    joined.set(initrd, joined.length - initrd.length);
    const signature = signed(joined).subarray(joined.length);
    files = {
      'p.bootpol': text(POLICY),
      'ima.pem': text(signer.certificatePem),
      Image: signed(forgeImage({ arch: 'arm64', size: 20_000 })),
      'rd.img': initrd,
      'rd.signed': signed(initrd),
      'rd.joined': joined,
      'odd.img': odd,
      // The end of two files that were joined, and signed then.
      'rd.rest': new Uint8Array([...initrd, ...signature]),
    };
  });

  const verify = (...words: readonly string[]) =>
    run(['verify', '-p', 'p.bootpol', '--bind', 'ima=ima.pem', 'Image', ...words], files);

  test('is judged with the kernel, by the signature on itself', async () => {
    expect(await verify('--initrd', 'rd.signed')).toMatchObject({ code: 0, err: '' });
    const { code, out } = await verify('--initrd', 'rd.img');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ rd {2}signed by ima/);
    expect(out).toContain('beside/initrd');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('may be left out, since a kernel may come without', async () => {
    expect((await verify()).code).toBe(0);
  });

  test('joins several at multiples of four bytes, so that a signature counts at the very end only', async () => {
    expect((await verify('--initrd', 'odd.img', '--initrd', 'rd.rest')).code).toBe(0);
    expect((await verify('--initrd', 'rd.signed', '--initrd', 'odd.img')).code).not.toBe(0);
    expect((await verify('--initrd', 'odd.img', '--initrd', 'rd.signed')).code).not.toBe(0);
  });

  test('is named in JSON, with the digest of all that is handed on', async () => {
    const { out } = await verify('--initrd', 'rd.signed', '--format', 'json');
    const report = verdictReportSchema.parse(JSON.parse(out));
    expect(report.initrd).toEqual(['rd.signed']);
    expect(report.initrdSha256).toBe(sha256Hex(files['rd.signed']));
    const two = await verify('--initrd', 'odd.img', '--initrd', 'rd.img', '--format', 'json');
    expect(verdictReportSchema.parse(JSON.parse(two.out)).initrdSha256).toBe(sha256Hex(files['rd.joined']));
    const layers = report.files[0]?.views[0]?.requirements.map(({ layer }) => layer);
    expect(layers).toContain('beside/initrd');
    const without = await verify('--format', 'json');
    const bare = verdictReportSchema.parse(JSON.parse(without.out));
    expect([bare.initrd, bare.initrdSha256]).toEqual([undefined, undefined]);
  });

  test('is the same for every file, also when it is large and compressed', async () => {
    const entries = [{ name: 'bulk', data: noiseBytes(2 ** 21, 5) }, ...SMALL_ROOT];
    const member = POLICY.replace('require rd: signed by ima { scheme appended }', 'require rd: contains-member "init"')
      .replace('  require small: size <= 1 MiB\n', '')
      .replace(', small', '');
    const held = {
      ...files,
      'member.bootpol': text(member),
      'large.img': forgeInitrd({ entries, compression: 'gzip' }),
    };
    const words = ['member.bootpol', '--bind', 'ima=ima.pem', '--initrd', 'large.img', 'Image', 'Image'];
    expect(await run(['verify', '-p', ...words], held)).toMatchObject({ code: 0, err: '' });
    expect((await run(['simulate', '-p', ...words], held)).out).toContain('2 files');
    const { out } = await run(['simulate', '-p', ...words, '--format', 'json'], held);
    const images = simulationReportSchema.parse(JSON.parse(out)).files.map(({ image }) => image);
    expect(images[0]).toEqual(images[1]);
    expect(JSON.stringify(images[0])).toContain('"accept"');
  });

  test('has to be readable, and standard input is there once', async () => {
    const gone = await verify('--initrd', 'gone.img');
    expect(gone).toMatchObject({ code: 2, err: 'bootpol: cannot read initrd `gone.img`: no such file\n' });
    expect(await verify('--initrd', '-', '-')).toMatchObject({ code: 2 });
  });
});
