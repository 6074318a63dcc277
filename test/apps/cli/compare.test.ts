import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { authenticodeDigest } from '../../../forge/authenticode-digest.ts';
import { forgeEsl } from '../../../forge/esl.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { rfc3161Attribute } from '../../../forge/timestamps.ts';
import { newSigner } from '../../../forge/x509.ts';
import { comparisonReportSchema } from '../../../runtime/report/comparison-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const PROGRAM = smallProgram({});
const DIGEST = Buffer.from(authenticodeDigest(PROGRAM, 'sha256', 'specification')).toString('hex');

describe('bootpol compare', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const signer = newSigner({ subject: 'Sample', key: 'rsa1024' });
    files = {
      'signed.efi': signPe(PROGRAM, { signers: [{ signer }] }),
      'revision.efi': signPe(PROGRAM, { signers: [{ signer, entry: { revision: 0x0100 } }] }),
      'no-sections.efi': signPe(smallProgram({ sections: [] }), { signers: [{ signer }] }),
      'bare.efi': PROGRAM,
      'a.txt': text('hello\n'),
      'db.der': signer.certificateDer,
      'dbx.esl': forgeEsl({ type: 'x509', data: signer.certificateDer }),
    };
  });

  test('accepts what every enforcer takes, and ends with 0', async () => {
    expect(await run(['compare', '--db', 'db.der', 'signed.efi'], files)).toEqual({
      code: 0,
      err: '',
      out: [
        'signed.efi',
        '  edk2    accept',
        '  shim    accept',
        '  linux   accept',
        '  strict  accept',
        '',
        '1 file: 1 on which all agree, 0 on which they differ',
        '',
      ].join('\n'),
    });
  });

  test('names the rule, its place and its source where enforcers differ, in 80 columns, and ends with 1', async () => {
    const { code, out, err } = await run(['compare', '--db', 'db.der', 'revision.efi', 'a.txt'], files);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('  edk2    accept\n');
    expect(out).toMatch(/^ {2}linux {3}reject {7}entry-revision +0x000c04$/m);
    expect(out).toContain('the first entry has revision 0x0100, not 0x0200\n');
    expect(out).toContain('verify_pefile.c pefile_strip_sig_wrapper (measured)\n');
    expect(out).toMatch(/2 files: 1 on which all agree, 1 on which they differ\n$/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('says where the real code would run out of bounds', async () => {
    const { code, out } = await run(['compare', '--db', 'db.der', 'no-sections.efi'], files);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}linux {3}would-crash {2}pe-no-sections /m);
  });

  test('prints JSON of the published schema', async () => {
    const { code, out } = await run(['compare', '--db', 'db.der', '--format', 'json', 'revision.efi', 'none'], files);
    expect(code).toBe(1);
    const report = comparisonReportSchema.parse(JSON.parse(out));
    expect(report).toMatchObject({
      version: 1,
      files: [
        {
          file: 'revision.efi',
          error: null,
          enforcers: [
            { name: 'edk2', verdict: 'accept', rule: null, reason: null },
            { name: 'shim', verdict: 'accept' },
            { name: 'linux', verdict: 'reject', rule: 'entry-revision', offsetBytes: 0xc04 },
            { name: 'strict', verdict: 'reject', rule: 'certificate-table-revision' },
          ],
        },
        { file: 'none', error: 'cannot read `none`: no such file', enforcers: [] },
      ],
    });
  });

  test.each([
    ['a certificate', ['--db', 'db.der'], 'signed.efi', 'accept accept accept accept'],
    ['an image digest', ['--db', `sha256:${DIGEST}`], 'bare.efi', 'accept accept reject accept'],
    [
      'an image digest of another file',
      ['--db', `sha256:${'0'.repeat(64)}`],
      'bare.efi',
      'reject reject reject reject',
    ],
    ['a revoked certificate', ['--db', 'db.der', '--dbx', 'dbx.esl'], 'signed.efi', 'reject reject accept reject'],
    [
      'a revoked TBS digest',
      ['--db', 'db.der', '--dbx', 'x509sha256:db.der'],
      'signed.efi',
      'reject accept accept reject',
    ],
    ['a revoked image', ['--db', 'db.der', '--dbx', `sha256:${DIGEST}`], 'signed.efi', 'reject reject accept reject'],
  ])('takes %s', async (_, trust, file, verdicts) => {
    const { out } = await run(['compare', ...trust, '--format', 'json', file], files);
    const [compared] = comparisonReportSchema.parse(JSON.parse(out)).files;
    const said = compared?.enforcers.map(({ verdict }) => verdict).join(' ');
    expect(said).toBe(verdicts);
  });

  test('asks the authorities of `--dbt` where a revocation has a time', async () => {
    const [signer, authority] = [
      newSigner({ subject: 'Sample', key: 'rsa1024' }),
      newSigner({ subject: 'TSA', key: 'rsa1024' }),
    ];
    const countersigned = (value: Uint8Array): readonly Uint8Array[] => [
      rfc3161Attribute(value, { authority, at: new Date('2020-01-01') }),
    ];
    const data = Uint8Array.from(createHash('sha256').update(signer.tbsDer).digest());
    const given: MemoryFiles = {
      'stamped.efi': signPe(PROGRAM, { signers: [{ signer, countersigned }] }),
      'db.der': signer.certificateDer,
      'dbt.der': authority.certificateDer,
      'dbx.esl': forgeEsl({ type: 'x509-sha256', data, revokedAt: new Date('2022-01-01') }),
    };
    const words = ['compare', '--db', 'db.der', '--dbx', 'dbx.esl'];
    const without = await run([...words, 'stamped.efi'], given);
    expect(without.out).toMatch(/^ {2}edk2 +reject +revoked-tbs /m);
    const { out } = await run([...words, '--dbt', 'dbt.der', 'stamped.efi'], given);
    expect(out).toMatch(/^ {2}edk2 +accept$/m);
    expect((await run([...words, '--dbt', 'none', 'stamped.efi'], given)).code).toBe(2);
  });

  test.each([
    [['bare.efi'], '`compare` needs `--db` SPEC'],
    [['--db', 'none.pem', 'bare.efi'], '`--db none.pem`: cannot read `none.pem`: no such file'],
    [['--db', 'sha256:00', 'bare.efi'], '`--db sha256:00`: a sha256 has 64 hexadecimal digits, not 2'],
    [['--db', 'sha384:xyz', 'bare.efi'], '`--db sha384:xyz`: an image digest is written in hexadecimal digits'],
    [['--db', 'db.der', '--dbx', 'a.txt', 'bare.efi'], '`--dbx a.txt`: neither PEM, DER'],
    [['--db', 'x509sha256:a.txt', 'bare.efi'], '`--db x509sha256:a.txt`: neither PEM, DER'],
    [['--db', 'db.der', '-', '-'], 'standard input can be read once only'],
  ])('ends with 2 for %j', async (words, fault) => {
    const { code, out, err } = await run(['compare', ...words], files);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(fault);
  });

  test('ends with 3 where a file cannot be read and nothing is refused', async () => {
    const { code, err } = await run(['compare', '--db', 'db.der', 'signed.efi', 'none.efi'], files);
    expect([code, err]).toEqual([3, 'bootpol: cannot read `none.efi`: no such file\n']);
  });
});
