import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { forgeShim } from '../../../forge/boot-programs.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeEsl } from '../../../forge/esl.ts';
import { signPe } from '../../../forge/sign.ts';
import { rfc3161Attribute } from '../../../forge/timestamps.ts';
import { newSigner } from '../../../forge/x509.ts';
import { bootsReportSchema } from '../../../runtime/report/boots-schema.ts';
import { readMachineFile } from '../../../runtime/trust/machine-file.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const SBAT = 'sbat,1,SBAT Version,sbat,1,https://example.org\nlinux,1,Example,linux,1,https://example.org\n';
const KERNEL = forgeBzImage({ sbat: SBAT });

const FIRMWARE = { secureBoot: true, db: ['keys/db.der'] };
const MACHINE = {
  version: 1,
  arch: 'x86-64',
  firmware: { ...FIRMWARE, dbx: ['keys/dbx.esl'] },
  shim: { file: 'shimx64.efi', mokList: ['keys/mok.pem'], sbatLevel: 'level.csv' },
  kernel: { kexecSig: 'on', lockdown: 'integrity' },
};

function json(value: object): Uint8Array {
  return text(JSON.stringify(value));
}

describe('bootpol boots', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const [owner, vendor, mok, stranger] = ['Owner', 'Vendor', 'Mok', 'Stranger'].map((subject) =>
      newSigner({ subject, key: 'rsa1024' }),
    );
    if (!owner || !vendor || !mok || !stranger) throw new Error('four signers');
    const shim = signPe(forgeShim({ vendorDb: vendor.certificateDer }), { signers: [{ signer: owner }] });
    files = {
      'm/machine.json': json(MACHINE),
      'm/plain.json': json({ version: 1, arch: 'x86-64', firmware: FIRMWARE }),
      'm/ima.json': json({ ...MACHINE, kernel: { ...MACHINE.kernel, imaAppraises: true } }),
      'm/shimx64.efi': shim,
      'm/level.csv': text('sbat,1,2025051000\nshim,4\n'),
      'm/keys/db.der': owner.certificateDer,
      'm/keys/dbx.esl': forgeEsl({ type: 'x509', data: stranger.certificateDer }),
      'm/keys/mok.pem': text(mok.certificatePem),
      'newer.csv': text('sbat,1,2026010100\nshim,4\nlinux,2\n'),
      'broken.csv': text('sbat,1,2026010100\nshim,4x\n'),
      'vendor.efi': signPe(KERNEL, { signers: [{ signer: vendor }] }),
      'mok.efi': signPe(KERNEL, { signers: [{ signer: mok }] }),
      'stranger.efi': signPe(KERNEL, { signers: [{ signer: stranger }] }),
    };
  });

  test('asks the authorities of `firmware.dbt` where a revocation has a time', async () => {
    const [owner, authority] = ['Owner', 'Authority'].map((subject) => newSigner({ subject, key: 'rsa1024' }));
    if (!owner || !authority) throw new Error('two signers');
    const at = new Date('2020-01-01');
    const countersigned = (value: Uint8Array): readonly Uint8Array[] => [rfc3161Attribute(value, { authority, at })];
    const data = Uint8Array.from(createHash('sha256').update(owner.tbsDer).digest());
    const firmware = { ...FIRMWARE, dbx: ['keys/dbx.esl'] };
    const given: MemoryFiles = {
      'm/with.json': json({ version: 1, arch: 'x86-64', firmware: { ...firmware, dbt: ['keys/dbt.der'] } }),
      'm/without.json': json({ version: 1, arch: 'x86-64', firmware }),
      'm/keys/db.der': owner.certificateDer,
      'm/keys/dbt.der': authority.certificateDer,
      'm/keys/dbx.esl': forgeEsl({ type: 'x509-sha256', data, revokedAt: new Date('2022-01-01') }),
      'stamped.efi': signPe(KERNEL, { signers: [{ signer: owner, countersigned }] }),
    };
    expect((await run(['boots', '--on', 'm/with.json', 'stamped.efi'], given)).code).toBe(0);
    const { code, out } = await run(['boots', '--on', 'm/without.json', 'stamped.efi'], given);
    expect(code).toBe(1);
    expect(out).toContain('revoked-tbs');
  });

  test('says what boots, and ends with 0', async () => {
    expect(await run(['boots', '--on', 'm/machine.json', 'vendor.efi', 'mok.efi'], files)).toEqual({
      code: 0,
      err: '',
      out: 'vendor.efi: boots\n\nmok.efi: boots\n\n2 files: 2 boot\n',
    });
  });

  test('names the first refusal with its rule, place and source, in 80 columns, and ends with 1', async () => {
    const { code, out, err } = await run(['boots', '--on', 'm/machine.json', 'mok.efi', 'stranger.efi'], files);
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^stranger\.efi: refused\n {2}shim {13}reject {7}revoked-certificate +0x[0-9a-f]{6}\n/m);
    expect(out).toContain('      the signature leads to `CN=Stranger`, which is revoked\n');
    expect(out).toMatch(/\n2 files: 1 boots, 1 refused\n$/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('shows every stage with --trace', async () => {
    const { out } = await run(['boots', '--on', 'm/machine.json', '--trace', 'stranger.efi'], files);
    const stages = out.split('\n').filter((line) => /^ {2}\S/.test(line));
    expect(stages.map((line) => line.trim().split(/ +/).slice(0, 2).join(' '))).toEqual([
      'firmware accept',
      'shim-self accept',
      'shim reject',
      'kexec-loader not-reached',
      'kexec-signature not-reached',
      'kexec-load not-reached',
    ]);
    expect(out).toContain('      m/shimx64.efi: its signature leads to `CN=Owner` of db\n');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints JSON of the published schema', async () => {
    const words = ['boots', '--on', 'm/plain.json', '--format', 'json', 'stranger.efi', 'none'];
    const { code, out } = await run(words, files);
    expect(code).toBe(1);
    const report = bootsReportSchema.parse(JSON.parse(out));
    expect(report).toMatchObject({
      version: 1,
      machine: 'm/plain.json',
      files: [
        {
          file: 'stranger.efi',
          error: null,
          verdict: 'refused',
          refusal: { name: 'firmware', rule: 'signer-unknown', offsetBytes: KERNEL.length + 8 },
          stages: [{ name: 'firmware', program: 'stranger.efi', verdict: 'reject' }],
        },
        { file: 'none', error: 'cannot read `none`: no such file', verdict: 'undecided', refusal: null, stages: [] },
      ],
    });
  });

  test('takes --sbat-level before the level of the machine', async () => {
    const { code, out } = await run(['boots', '--on', 'm/machine.json', '--sbat-level', 'newer.csv', 'mok.efi'], files);
    expect(code).toBe(1);
    expect(out).toContain('linux has generation 1, the level is 2');
  });

  test('ends with 3 where a stage is left open, and says which', async () => {
    const { code, out } = await run(['boots', '--on', 'm/ima.json', 'mok.efi'], files);
    expect(code).toBe(3);
    expect(out).toMatch(/^mok\.efi: undecided\n {2}kexec-read {7}undecided\n {6}IMA appraises the file/);
  });

  test('ends with 3 where a file cannot be read and nothing is refused', async () => {
    const { code, err } = await run(['boots', '--on', 'm/machine.json', 'mok.efi', 'none.efi'], files);
    expect([code, err]).toEqual([3, 'bootpol: cannot read `none.efi`: no such file\n']);
  });

  test.each<[string, Uint8Array, string]>([
    ['no JSON', text('{'), '`x.json`: '],
    ['a name that comes twice', text('{"version":1,"version":1}'), '`x.json`: '],
    ['a misspelt name', json({ ...MACHINE, shin: {} }), '`x.json`: unrecognized key: "shin"'],
    ['an unknown architecture', json({ ...MACHINE, arch: 'vax' }), '`x.json`: `arch`: invalid option'],
    ['no Secure Boot', json({ ...MACHINE, firmware: { db: [] } }), '`x.json`: `firmware.secureBoot`: invalid input'],
    ['a number in db', json({ ...MACHINE, firmware: { ...FIRMWARE, db: [1] } }), '`x.json`: `firmware.db[0]`: '],
    [
      'forced signatures on arm64',
      json({
        version: 1,
        arch: 'arm64',
        firmware: { secureBoot: true, db: [] },
        kernel: { kexecSig: 'forced', lockdown: 'none' },
      }),
      '`x.json`: `kernel.kexecSig`: only x86',
    ],
    [
      'a list that cannot be read',
      json({ version: 1, arch: 'arm64', firmware: { secureBoot: true, db: ['gone.der'] } }),
      '`x.json: firmware.db gone.der`: cannot read `gone.der`: no such file',
    ],
    [
      'a boot loader that cannot be read',
      json({ version: 1, arch: 'arm64', firmware: { secureBoot: true, db: [] }, loader: 'grub.efi' }),
      'cannot read `grub.efi`: no such file',
    ],
  ])('refuses a machine with %s, and ends with 2', async (_, machine, fault) => {
    const { code, out, err } = await run(['boots', '--on', 'x.json', 'mok.efi'], { ...files, 'x.json': machine });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`bootpol: ${fault}`);
  });

  test.each([
    [['mok.efi'], '`boots` needs `--on` MACHINE.json'],
    [['--on', 'none.json', 'mok.efi'], 'cannot read `none.json`: no such file'],
    [
      ['--on', 'm/machine.json', '--sbat-level', 'broken.csv', 'mok.efi'],
      '`broken.csv`: row 2 of the SBAT level is not `component,generation` (at byte 18)',
    ],
    [['--on', '-', '-'], 'standard input can be read once only'],
  ])('ends with 2 for %j', async (words, fault) => {
    const { code, out, err } = await run(['boots', ...words], files);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(fault);
  });

  test('documents a machine that can be copied', () => {
    const [, example = ''] = /```json\n([^]*?)```/.exec(readFileSync('docs/machine.md', 'utf8')) ?? [];
    expect(readMachineFile(text(example))).toMatchObject({ ok: true, machine: { arch: 'x86-64' } });
  });
});
