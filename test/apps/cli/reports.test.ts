import { beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { checkReportSchema } from '../../../runtime/report/check-schema.ts';
import { runBaselineSchema } from '../../../runtime/report/run-baseline.ts';
import { policyTestReportSchema } from '../../../runtime/report/policy-test-schema.ts';
import { verdictReportSchema } from '../../../runtime/report/verdict-schema.ts';
import { GITLAB_REPORT, junitFaults, SARIF_LOG, sarifFaults } from '../../runtime/report/report-schemas.ts';
import { type MemoryFiles, run, type Run, text } from './run-in-memory.ts';

const POLICY = `language 1
policy sample version 3
param signers db
artifact zboot {
  require outer: signed by db
  warn codec: compression in { zstd }
  image { require inner: signed by db }
}
waive inner until 2026-12-31 because "REL-412"
test "an unsigned kernel is refused" { given zboot { image }  expect accept }
`;

describe('reports of a run', () => {
  let files: MemoryFiles = {};
  beforeAll(() => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const zboot = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 20_000 }), compression: 'gzip' });
    files = {
      'p.bootpol': text(POLICY),
      'db.pem': text(signer.certificatePem),
      'signed.efi': signPe(zboot, { signers: [{ signer }] }),
      'unsigned.efi': zboot,
      'cut.efi': zboot.slice(0, 2048),
      'junk.json': text('{}'),
    };
  });

  /** A run whose written files are kept. */
  const verify = async (...words: readonly string[]): Promise<Run & { readonly written: MemoryFiles }> => {
    const written: Record<string, Uint8Array> = {};
    const write = (path: string, bytes: Uint8Array): string | null => {
      if (path.startsWith('full/')) return 'no space is left';
      written[path] = bytes;
      return null;
    };
    const ended = await run(['verify', '-p', 'p.bootpol', '--bind', 'db=db.pem', ...words], files, { write });
    return { ...ended, written };
  };
  const textOf = (bytes: MemoryFiles[string] | undefined): string =>
    bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '';

  test('are printed in every format, and each fits its schema', async () => {
    const [json, sarif, junit, github, gitlab, markdown] = await Promise.all(
      ['json', 'sarif', 'junit', 'github', 'gitlab', 'markdown'].map(async (format) => {
        const { code, out } = await verify('--format', format, 'signed.efi', 'unsigned.efi', 'missing.efi');
        expect(code).toBe(1);
        return out;
      }),
    );
    expect(verdictReportSchema.parse(JSON.parse(json ?? '')).files).toHaveLength(3);
    expect(sarifFaults(sarif ?? '')).toEqual([]);
    expect(SARIF_LOG.parse(JSON.parse(sarif ?? '')).runs[0].results).toContainEqual(
      expect.objectContaining({ ruleId: 'outer', level: 'error' }),
    );
    expect(await junitFaults(junit ?? '')).toEqual([]);
    expect(junit).toContain('tests="3" failures="1" errors="1"');
    expect(github).toMatch(/^::error file=p\.bootpol,line=5,[^\n]*title=outer%3A unsigned\.efi::/m);
    expect(GITLAB_REPORT.parse(JSON.parse(gitlab ?? '')).length).toBeGreaterThan(2);
    expect(markdown).toContain('2 cases of 3 failed');
  });

  test('are written to several files beside the text', async () => {
    const { code, out, written } = await verify(
      '--report',
      'sarif=out.sarif',
      '--report',
      'junit=out.xml',
      '--report',
      'json=out.json',
      'unsigned.efi',
    );
    expect(code).toBe(1);
    expect(out).toContain('REJECT  unsigned.efi');
    expect(sarifFaults(textOf(written['out.sarif']))).toEqual([]);
    expect(await junitFaults(textOf(written['out.xml']))).toEqual([]);
    expect(verdictReportSchema.parse(JSON.parse(textOf(written['out.json']))).files[0]?.sha256).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  test('end with 2 where one cannot be written, and the others are written all the same', async () => {
    const { code, err, written } = await verify('--report', 'json=full/a', '--report', 'gitlab=b', 'signed.efi');
    expect([code, err]).toEqual([2, 'bootpol: cannot write `full/a`: no space is left\n']);
    expect(Object.keys(written)).toEqual(['b']);
  });

  test('fail only for what is new, once there is a baseline', async () => {
    const first = await verify('--report', 'baseline=base.json', 'unsigned.efi');
    expect(first.code).toBe(1);
    const base = first.written['base.json'] ?? text('');
    expect(runBaselineSchema.parse(JSON.parse(textOf(base))).findings.map(({ rule }) => rule)).toEqual([
      'codec',
      'outer',
    ]);
    files = { ...files, 'base.json': base };
    const second = await verify('--baseline', 'base.json', 'unsigned.efi');
    expect([second.code, second.out.split('\n').slice(-2)]).toEqual([0, ['baseline: 2 findings known, 1 new', '']]);
    expect((await verify('--baseline', 'base.json', 'unsigned.efi', 'signed.efi')).code).toBe(0);
    files = { ...files, 'other.efi': files['unsigned.efi'] ?? text('') };
    expect((await verify('--baseline', 'base.json', 'other.efi')).code).toBe(1);
    const both = await verify('--baseline', 'base.json', 'unsigned.efi', 'other.efi');
    expect(both.out).toContain('baseline: 2 findings known, 4 new\n  new: other.efi at file: outer, codec\n');
  });

  test('never lift what cannot be decided', async () => {
    const first = await verify('--report', 'baseline=base.json', 'missing.efi');
    expect(first.code).toBe(3);
    files = { ...files, 'base.json': first.written['base.json'] ?? text('') };
    expect((await verify('--baseline', 'base.json', 'missing.efi')).code).toBe(3);
  });

  test('count warnings against --max-warnings', async () => {
    expect((await verify('--max-warnings', '1', 'signed.efi')).code).toBe(0);
    expect((await verify('--max-warnings', '0', 'signed.efi')).code).toBe(4);
    expect((await verify('--max-warnings', '0', 'unsigned.efi')).code).toBe(1);
  });

  test.each([
    [['--report', 'sarif'], '`--report` wants'],
    [['--report', 'pdf=x'], '`--report` wants'],
    [['--report', 'sarif='], '`--report` wants'],
    [['--report', 'sarif=x', '--report', 'json=x'], 'two reports would be written to `x`'],
    [['--baseline', 'none.json'], 'cannot read baseline `none.json`: no such file'],
    [['--baseline', 'junk.json'], '`junk.json` is no baseline: version'],
    [['--max-warnings', '-1'], '`--max-warnings`'],
    [['--max-warnings', 'few'], '`--max-warnings` wants a whole number'],
  ])('%j is refused with 2 before anything is judged', async (words, line) => {
    const { code, out, err } = await verify(...words, 'signed.efi');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(line);
  });

  test('tell of policy tests in the same formats', async () => {
    const outputs = await Promise.all(
      ['json', 'sarif', 'junit', 'github'].map((format) => run(['test', '--format', format, 'p.bootpol'], files)),
    );
    expect(outputs.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    const [json = '', sarif = '', junit = '', github = ''] = outputs.map(({ out }) => out);
    expect(policyTestReportSchema.parse(JSON.parse(json)).policies).toMatchObject([{ passed: false }]);
    expect(sarifFaults(sarif)).toEqual([]);
    expect(await junitFaults(junit)).toEqual([]);
    expect(github).toMatch(/^::error file=p\.bootpol,line=10,col=\d+,title=failed-expectation::/);
  });

  test('tell of the diagnostics of policies, with their fixes', async () => {
    const slip = POLICY.replace('zstd', 'zstdd');
    const all = { ...files, 'slip.bootpol': text(slip) };
    const outputs = await Promise.all(
      ['json', 'sarif', 'junit', 'gitlab', 'github'].map((format) =>
        run(['check', '--format', format, 'slip.bootpol', 'p.bootpol', 'none.bootpol'], all),
      ),
    );
    expect(outputs.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    const [json = '', sarif = '', junit = '', gitlab = '', github = ''] = outputs.map(({ out }) => out);
    const [first, second, third] = checkReportSchema.parse(JSON.parse(json)).policies;
    expect(first?.diagnostics[0]).toMatchObject({
      code: 'BP0204',
      places: [{ file: 'slip.bootpol', line: 6, endLine: 6 }],
      fix: { replacement: 'zstd', line: 6 },
    });
    expect([second?.policy?.name, third?.error]).toEqual(['sample', 'cannot read policy `none.bootpol`: no such file']);
    expect(sarifFaults(sarif)).toEqual([]);
    expect(sarif).toContain('"insertedContent"');
    expect(await junitFaults(junit)).toEqual([]);
    expect(junit).toContain('failures="2"');
    expect(GITLAB_REPORT.parse(JSON.parse(gitlab))[0]).toMatchObject({
      check_name: 'BP0204',
      location: { lines: { begin: 6 } },
    });
    expect(github).toMatch(/^::error file=slip\.bootpol,line=6,col=\d+,endColumn=\d+,title=BP0204::/m);
  });

  test('fail a check only for what is new, once there is a baseline', async () => {
    const slip = text(POLICY.replace('zstd', 'zstdd'));
    let written: Uint8Array = text('');
    const write = (_: string, bytes: Uint8Array): string | null => {
      written = bytes;
      return null;
    };
    const words = ['check', 'slip.bootpol'];
    expect((await run([...words, '--report', 'baseline=b'], { 'slip.bootpol': slip }, { write })).code).toBe(2);
    const known = { 'slip.bootpol': slip, b: written };
    expect((await run([...words, '--baseline', 'b'], known)).code).toBe(0);
    const worse = {
      ...known,
      'slip.bootpol': text(POLICY.replace('zstd', 'zstdd').replace('arm', 'a').replace('image', 'imge')),
    };
    expect((await run([...words, '--baseline', 'b'], worse)).code).toBe(2);
  });
});
