import { beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { verdictReportSchema } from '../../../runtime/report/verdict-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const POLICY = `language 1
policy sample version 3
param signers db
artifact zboot {
  require outer: signed by db
  warn codec: compression in { zstd }
  image
}
waive outer until 2026-12-31 for sha256:${'0'.repeat(64)} because "never matches"
`;
const QUIET_POLICY = POLICY.replace(/ {2}warn.*\n/, '');
const WAIVING_POLICY = QUIET_POLICY.replace(/ for sha256:0+ because "never matches"/, ' because "REL-412"');
const KEYED_POLICY =
  'language 1\npolicy keyed\nsigners db = file "keys/db.pem"\nartifact zboot {\n  require outer: signed by db\n  image\n}\n';

const BIND = ['--bind', 'db=db.pem'];

describe('bootpol verify', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const zboot = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 20_000 }), compression: 'gzip' });
    const signed = signPe(zboot, { signers: [{ signer }] });
    files = {
      'p.bootpol': text(POLICY),
      'quiet.bootpol': text(QUIET_POLICY),
      'waiving.bootpol': text(WAIVING_POLICY),
      'policies/keyed.bootpol': text(KEYED_POLICY),
      'policies/keys/db.pem': text(signer.certificatePem),
      'broken.bootpol': text('language 1\npolicy broken\nartifact zbot {\n}\n'),
      'latin1.bootpol': Uint8Array.from([0x23, 0xe9, 0x0a]),
      'folder.bootpol': { unreadable: 'it is a directory' },
      'keyless.bootpol': text(KEYED_POLICY),
      'db.pem': text(signer.certificatePem),
      'junk.pem': text('no certificate'),
      'signed.efi': signed,
      '-': signed,
      'unsigned.efi': zboot,
      'cut.efi': signed.slice(0, 2048),
      'folder.efi': { unreadable: 'it is a directory' },
    };
  });

  test('accepts with 0', async () => {
    const { code, out, err } = await verify('quiet.bootpol', 'signed.efi');
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('ACCEPT  signed.efi   sample v3   at file\n1 file: 1 accepted\n');
  });

  test('rejects with 1 and says which requirement failed, and where', async () => {
    const { code, out } = await verify('quiet.bootpol', 'unsigned.efi');
    expect(code).toBe(1);
    expect(out).toContain('REJECT  unsigned.efi   sample v3   at file');
    expect(out).toMatch(/✗ outer {2}signed by db +quiet\.bootpol:5/);
    expect(out).toMatch(/1 file: 1 rejected\n$/);
  });

  test('accepts with warnings with 0, and with 4 under --strict', async () => {
    expect((await verify('p.bootpol', 'signed.efi')).code).toBe(0);
    const { code, out } = await verify('p.bootpol', '--strict', 'signed.efi');
    expect(code).toBe(4);
    expect(out).toContain('1 file: 1 accepted with warnings');
  });

  test('accepts by waiver with 0, and with 4 under --strict, until the waiver ends', async () => {
    expect((await verify('waiving.bootpol', 'unsigned.efi')).code).toBe(0);
    expect((await verify('waiving.bootpol', '--strict', 'unsigned.efi')).code).toBe(4);
    expect((await verify('waiving.bootpol', '--at', '2026-12-31', 'unsigned.efi')).code).toBe(0);
    expect((await verify('waiving.bootpol', '--at', '2027-01-01', 'unsigned.efi')).code).toBe(1);
  });

  test('reads standard input', async () => {
    expect((await verify('quiet.bootpol', '-')).code).toBe(0);
  });

  test('judges the other files when one cannot be read, and ends with 3', async () => {
    const { code, out, err } = await verify('quiet.bootpol', 'folder.efi', 'signed.efi');
    expect(code).toBe(3);
    expect(err).toBe('bootpol: cannot read `folder.efi`: it is a directory\n');
    expect(out).toContain('2 files: 1 accepted, 1 undecided');
  });

  test('ends with 1 rather than 3 when a file is rejected and another unreadable', async () => {
    expect((await verify('quiet.bootpol', 'missing.efi', 'unsigned.efi')).code).toBe(1);
  });

  test('refuses a file that ends early', async () => {
    expect([1, 3]).toContain((await verify('quiet.bootpol', 'cut.efi')).code);
  });

  test.each([
    [['-p', 'missing.bootpol'], 'bootpol: cannot read policy `missing.bootpol`: no such file\n'],
    [['-p', 'folder.bootpol'], 'bootpol: cannot read policy `folder.bootpol`: it is a directory\n'],
    [['-p', 'latin1.bootpol'], 'bootpol: policy `latin1.bootpol` is not text in UTF-8\n'],
    [
      ['-p', 'keyless.bootpol'],
      'bootpol: cannot read signer file `keys/db.pem`, which policy `keyless.bootpol` names: no such file\n',
    ],
    [['-p', 'quiet.bootpol'], 'bootpol: the policy leaves signers `db` to you: --bind db=FILE\n'],
    [['-p', 'quiet.bootpol', '--bind', 'db'], 'bootpol: `--bind` wants NAME=FILE, but got `db`\n'],
    [['-p', 'quiet.bootpol', '--bind', 'db=no.pem'], 'bootpol: cannot read `no.pem`, bound to `db`: no such file\n'],
    [
      ['-p', 'quiet.bootpol', '--bind', 'bd=db.pem'],
      'bootpol: the policy has no `param signers bd`; did you mean `db`?\n',
    ],
    [['-p', 'quiet.bootpol', ...BIND, ...BIND], 'bootpol: `db` is bound twice\n'],
  ])('%j is one clear line and exit code 2', async (words, line) => {
    expect(await run(['verify', ...words, 'signed.efi'], files)).toEqual({ code: 2, out: '', err: line });
  });

  test('refuses a key file that holds no certificate', async () => {
    const { code, err } = await run(['verify', '-p', 'quiet.bootpol', '--bind', 'db=junk.pem', 'signed.efi'], files);
    expect(code).toBe(2);
    expect(err).toMatch(/^bootpol: `junk\.pem`, bound to `db`, holds no certificates: .+\n$/);
  });

  test('shows the diagnostics of a policy that does not compile, with 2', async () => {
    const { code, out, err } = await run(['verify', '-p', 'broken.bootpol', 'signed.efi'], files);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error\[BP\d+\]: /);
  });

  test('looks for signer files beside the policy', async () => {
    expect((await run(['verify', '-p', 'policies/keyed.bootpol', 'signed.efi'], files)).code).toBe(0);
  });

  test('explains what holds, too', async () => {
    const { out } = await verify('quiet.bootpol', '--explain', 'signed.efi');
    expect(out).toContain('✓ outer  signed by db');
  });

  test('prints JSON of the published shape, with the files that could not be read', async () => {
    const { code, out } = await verify('p.bootpol', '--format', 'json', 'signed.efi', 'unsigned.efi', 'missing.efi');
    const report = verdictReportSchema.parse(JSON.parse(out));
    expect(code).toBe(1);
    expect(report.policy.name).toBe('sample');
    expect(report.files.map(({ file, verdict }) => [file, verdict])).toEqual([
      ['signed.efi', 'accept-with-warnings'],
      ['unsigned.efi', 'reject'],
      ['missing.efi', 'undecided'],
    ]);
  });

  test.each([
    ['a terminal', { outIsTerminal: true }, true],
    ['a pipe', {}, false],
    ['a terminal with NO_COLOR', { outIsTerminal: true, environment: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { outIsTerminal: true, environment: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { outIsTerminal: true, environment: { TERM: 'dumb' } }, false],
    ['a pipe with FORCE_COLOR', { environment: { FORCE_COLOR: '1' } }, true],
    ['a terminal with FORCE_COLOR=0', { outIsTerminal: true, environment: { FORCE_COLOR: '0' } }, false],
  ])('to %s decides about colour', async (_title, host, coloured) => {
    const { out } = await run(['verify', '-p', 'quiet.bootpol', ...BIND, 'signed.efi'], files, host);
    expect(out.includes('\u001b[')).toBe(coloured);
  });

  const verify = (policy: string, ...words: readonly string[]) =>
    run(['verify', '-p', policy, ...BIND, ...words], files);
});
