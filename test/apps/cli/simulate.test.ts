import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { simulationReportSchema, type SimulationReport } from '../../../runtime/report/simulation-schema.ts';
import { forgeProposalImages, type ProposalImages } from '../../policies/proposal-images.ts';
import { GITLAB_REPORT, junitFaults, sarifFaults } from '../../runtime/report/report-schemas.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const POLICIES = [
  'firmware-alone',
  'inner-image-signed-trimmed',
  'status-quo-arm64',
  'uki-parser',
  'user-space-emulator',
];
const BINDS = ['--bind', 'ring=ring.pem', '--bind', 'db=db.pem'];

describe('bootpol simulate', () => {
  let forged: ProposalImages;
  let files: MemoryFiles;
  beforeAll(() => {
    forged = forgeProposalImages();
    const policies = POLICIES.map((name) => {
      const path = `policies/kexec/${name}.bootpol`;
      return [`set/${name}.bootpol`, new Uint8Array(readFileSync(path))] as const;
    });
    const images = Object.entries(forged.images).map(([name, bytes]) => [`images/${name}.efi`, bytes] as const);
    files = {
      ...Object.fromEntries([...policies, ...images]),
      'set/README.md': text('no policy'),
      'ring.pem': text(`${forged.db.certificatePem}${forged.modules.certificatePem}`),
      'db.pem': text(forged.db.certificatePem),
      'broken.efi': { unreadable: 'permission denied' },
    };
  });

  const simulate = (...words: readonly string[]) => run(['simulate', '-p', 'set', ...words], files);
  const report = async (...words: readonly string[]): Promise<SimulationReport> =>
    simulationReportSchema.parse(JSON.parse((await simulate(...words, '--format', 'json')).out));

  test('prints the matrix of the thread, a row for files that come out alike', async () => {
    const { code, out, err } = await simulate(...BINDS, 'images');
    expect([code, err]).toEqual([0, '']);
    const rows = out.slice(out.indexOf('\nimages/\n')).split('\n').slice(2, 11);
    expect(rows).toEqual([
      ' +  -  -  +  +  +u  A.efi',
      ' +  +  -  +  +  +u  B.efi',
      ' -  +  -  -  -  +u  C.efi',
      ' +I -  -  +I +I +!  D.efi',
      ' +I +! +! +I +I +!  E.efi',
      ' +  +  +  +  +  +u  F.efi',
      ' +  -  -  +  +  +u  G.efi',
      ' -  -  -  -  -  +u  U.efi',
      ' +  -  -  +  +  +u  Z.efi',
    ]);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('counts and tells first reasons at the end', async () => {
    const { out } = await simulate(...BINDS, 'images');
    const flat = out.replaceAll(/ +/g, ' ');
    expect(flat).toContain('\n1 firmware-alone at firmware 7 2 0 0\n');
    expect(flat).toContain('\n2 inner-image-signed-trimmed at 4 5 0 1\n');
    expect(flat).toContain('5 × inner: the image carries no signature');
  });

  test.each([
    ['one policy', ['-p', 'set/uki-parser.bootpol', '--bind', 'ring=ring.pem', 'images/A.efi']],
    ['reasons', ['-p', 'set', ...BINDS, 'images/A.efi', 'images/D.efi', '--explain']],
    ['groups', ['-p', 'set', ...BINDS, 'images', '--group-by', 'compression']],
    ['changes', ['-p', 'set', ...BINDS, 'images', '--baseline', 'set/status-quo-arm64.bootpol']],
  ])('prints %s in 80 columns', async (_what, words) => {
    const { code, out } = await run(['simulate', ...words], files);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('prints any number of views, below each other where a line is full', async () => {
    const many = Array.from({ length: 16 }, (_, index): [string, Uint8Array] => [
      `many/p${String(index)}.bootpol`,
      text(threeViews(index)),
    ]);
    const { code, out } = await run(
      ['simulate', '-p', 'many', '--bind', 'ring=ring.pem', 'images/F.efi', 'images/U.efi'],
      { ...files, ...Object.fromEntries(many) },
    );
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const head = out.split('\n').filter((line) => /^( ?\d+ )+ ?\d+$/.test(line));
    expect(head.join(' ').trim().split(/ +/)).toEqual(Array.from({ length: 48 }, (_, index) => String(index + 1)));
    const matrix = out.slice(out.indexOf('images/\n'), out.indexOf('#  of', out.indexOf('images/\n')));
    expect(matrix.match(/\+/g)).toHaveLength(48);
    expect(matrix.match(/-/g)).toHaveLength(48);
  });

  test('says with --explain why, for views that say the same together', async () => {
    const { out } = await simulate(...BINDS, 'images/D.efi', '--explain');
    const flat = out.replaceAll(/\s+/g, ' ');
    expect(flat).toContain('refused by 2, 3 inner: the image carries no signature');
    expect(flat).toContain('accepted by 6 ! uki ');
  });

  test('gives JSON of the published schema: a cell for every view of every policy', async () => {
    const { files: found, policies, trust } = await report(...BINDS, 'images');
    expect(policies.map(({ name }) => name)).toEqual(POLICIES);
    expect(trust.map(({ param, source, anchors }) => [param, source, anchors])).toEqual([
      ['db', 'bound', ['CN=Firmware db']],
      ['ring', 'bound', ['CN=Firmware db', 'CN=Module key']],
    ]);
    const [e] = found.filter(({ file }) => file === 'images/E.efi');
    const cells = e?.image?.cells.map(({ policy, view, verdict, initrd }) => [policy, view, verdict, initrd]);
    expect(cells).toEqual([
      [0, 'firmware', 'accept', 'covered'],
      [1, 'kexec', 'accept', 'open'],
      [2, 'kexec', 'accept', 'open'],
      [3, 'kexec', 'accept', 'covered'],
      [4, 'user-space', 'accept', 'covered'],
      [4, 'kexec', 'accept', 'open'],
    ]);
    expect(e?.image?.cells[1]?.unprotected.map(({ layer }) => layer)).toContain('uki/.initrd');
  });

  test('tells of every byte of every layer how it is covered, and by whom', async () => {
    const { files: found } = await report(...BINDS, 'images/A.efi', 'images/B.efi', 'images/D.efi', 'images/U.efi');
    for (const { image } of found) {
      for (const { stretches, sizeBytes } of image?.layers ?? []) {
        expect(stretches.reduce((at, { startBytes, endBytes }) => (startBytes === at ? endBytes : -1), 0)).toBe(
          sizeBytes,
        );
      }
    }
    const how = (file: number, path: string) => [
      ...new Set(found[file]?.image?.layers.find((layer) => layer.path === path)?.stretches.map((each) => each.how)),
    ];
    expect(how(0, 'zboot').sort()).toEqual(['direct', 'exempt']);
    expect(how(0, 'zboot/image')).toEqual(['derived']);
    expect(how(2, 'uki/.initrd')).toEqual(['enclosed']);
    expect(how(3, 'zboot')).toEqual(['uncovered']);
    expect(found[1]?.image?.signatures.map(({ layer, signer, sound }) => [layer, signer, sound])).toEqual([
      ['zboot', 'CN=Firmware db', true],
      // The padding came after this one.
      ['zboot/image', 'CN=Module key', false],
    ]);
  });

  test('goes on after a file that cannot be read, and ends with 3', async () => {
    const { code, out, err } = await simulate(...BINDS, 'images/A.efi', 'broken.efi', 'images/B.efi');
    expect(code).toBe(3);
    expect(err).toBe('bootpol: cannot read `broken.efi`: permission denied\n');
    expect(out).toContain('cannot be read     broken.efi');
    expect(out).toContain('+  +  -  +  +  +u  B.efi');
  });

  test('judges damaged bytes like any others: undecided is a result', async () => {
    const bytes = forged.images.A.slice();
    const header = new DataView(bytes.buffer);
    // The CRC-32 at the end of the gzip payload, which the header of zboot locates.
    const at = header.getUint32(8, true) + header.getUint32(12, true) - 8;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { code, out } = await run(['simulate', '-p', 'set', ...BINDS, 'odd.efi', 'none.efi'], {
      ...files,
      'odd.efi': bytes,
      'none.efi': new Uint8Array(0),
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^ - {2}\?.* odd\.efi$/m);
  });

  test('shows against a baseline only what changes, with counts per reason', async () => {
    const { changes } = await report(...BINDS, 'images', '--baseline', 'set/status-quo-arm64.bootpol');
    const told = changes?.map(({ policy, change, files: names }) => [
      policy,
      change,
      names.map((name) => name[7]).join(''),
    ]);
    // The baseline comes first; it accepts E and F, and leaves E's initrd open.
    expect(told).toEqual([
      [1, 'newly-accepted', 'ABDGZ'],
      [2, 'newly-accepted', 'BC'],
      [3, 'newly-accepted', 'ABDGZ'],
      [4, 'newly-accepted', 'ABDGZ'],
      [4, 'newly-accepted', 'ABCDGUZ'],
      [4, 'newly-unprotected', 'ABCDEFGUZ'],
    ]);
    const trimmed = changes?.find(({ policy }) => policy === 2);
    expect(trimmed?.reasons.map(({ count, code }) => [count, code])).toEqual([[2, 'image-digest-mismatch']]);
    const refused = await report(...BINDS, 'images', '--baseline', 'set/firmware-alone.bootpol');
    const strict = refused.changes?.find(({ policy, change }) => policy === 2 && change === 'newly-refused');
    expect(strict?.files.map((name) => name[7]).join('')).toBe('ABDGZ');
  });

  test('groups by what is asked for', async () => {
    const { out } = await simulate(...BINDS, 'images', '--group-by', 'compression');
    expect(out.match(/^\w.*: \d+ files?$/gm)).toEqual([
      'gzip: 5 files',
      'not compressed: 2 files',
      'xz: 1 file',
      'zstd: 1 file',
    ]);
  });

  test('prints Markdown in which no name is markup', async () => {
    const { out } = await run(
      ['simulate', '-p', 'set', ...BINDS, 'images/D.efi', '<b>|`x`.efi', '--format', 'markdown'],
      {
        ...files,
        '<b>|`x`.efi': forged.images.E,
      },
    );
    expect(out).toContain('| `+ I+` | `-` | `-` | `+ I+` | `+ I+` | `+ I-` |');
    expect(out).toContain('&#60;b&#62;&#124;&#96;x&#96;.efi');
    expect(out).not.toContain('<b>');
  });

  test('hands an initrd on beside each file, and tells that nothing covers it', async () => {
    const beside = { ...files, 'rd.img': forgeInitrd({ entries: SMALL_ROOT }) };
    const words = [
      'simulate',
      '-p',
      'set/status-quo-arm64.bootpol',
      ...BINDS.slice(0, 2),
      '--initrd',
      'rd.img',
      'images/F.efi',
    ];
    const { code, out } = await run(words, beside);
    expect(code).toBe(0);
    expect(out).toContain('beside each file: rd.img');
    expect(out).toMatch(/^ \+! +F\.efi$/m);
    const json = await run([...words, '--format', 'json'], beside);
    const whole = simulationReportSchema.parse(JSON.parse(json.out));
    expect(whole.initrd).toMatchObject({ files: ['rd.img'] });
    expect(whole.files[0]?.image?.cells).toMatchObject([{ initrd: 'open', unprotected: [{ layer: 'beside/initrd' }] }]);
    const other = await run([...words.slice(0, 5), 'images/F.efi', '--format', 'json'], beside);
    const merged = await run(['merge', 'a.json', 'b.json'], { 'a.json': text(json.out), 'b.json': text(other.out) });
    expect([merged.code, merged.err]).toEqual([
      2,
      'bootpol: `b.json` does not belong to `a.json`: it has another initrd beside the files\n',
    ]);
  });

  test('tells build systems as well, for whom a refusal is no failure and an unreadable file is one', async () => {
    const written: Record<string, string> = {};
    const write = (path: string, bytes: Uint8Array): string | null => {
      written[path] = new TextDecoder().decode(bytes);
      return null;
    };
    const reports = ['sarif=s', 'junit=j', 'gitlab=g', 'markdown=m', 'json=r'].flatMap((each) => ['--report', each]);
    const words = ['simulate', '-p', 'set', ...BINDS, 'images/D.efi', 'broken.efi', ...reports];
    const { code, out } = await run(words, files, { write });
    expect([code, out.includes('D.efi')]).toEqual([3, true]);
    expect(sarifFaults(written.s ?? '')).toEqual([]);
    expect(written.s).toContain('"ruleId": "unprotected-bytes"');
    expect(await junitFaults(written.j ?? '')).toEqual([]);
    expect(written.j).toMatch(/<testsuites name="bootpol simulate" tests="\d+" failures="0" errors="1">/);
    expect(GITLAB_REPORT.parse(JSON.parse(written.g ?? '')).length).toBeGreaterThan(3);
    expect(simulationReportSchema.parse(JSON.parse(written.r ?? '')).files).toHaveLength(2);
    expect(written.m).toContain('D.efi');
  });

  test('has no baseline of findings, and says what it has instead', async () => {
    const { code, err } = await simulate(...BINDS, 'images', '--report', 'baseline=b');
    expect([code, err]).toEqual([2, 'bootpol: a simulation is compared with a policy: `--baseline POLICY`\n']);
  });
});

function threeViews(index: number): string {
  return `language 1
policy p${String(index)} version 1
param signers ring
artifact image {
  require outer: signed by ring
}
artifact zboot {
  require outer: signed by ring
  image { }
}
at one   sees file enforce { outer }
at two   sees file like linux enforce { outer }
at three sees file like edk2 enforce { outer }
`;
}

describe('bootpol simulate, asked wrongly', () => {
  const policy = 'language 1\npolicy p\nparam signers db\nartifact image {\n  require outer: signed by db\n}\n';
  const files: MemoryFiles = { 'p.bootpol': text(policy), 'empty/readme': text(''), 'old.html': text('') };

  test.each([
    [
      ['-p', 'p.bootpol', 'a'],
      'the policies leave signers `db` to you: --bind db=FILE; or --trust-embedded, to take whoever signed each image for them',
    ],
    [['-p', 'p.bootpol', '--bind', 'bd=a', 'a'], 'the policy has no `param signers bd`; did you mean `db`?'],
    [['-p', 'empty', 'a'], '`empty` holds no policy (*.bootpol)'],
    [['-p', 'q.bootpol', 'a'], 'cannot read policy `q.bootpol`: no such file'],
    [['-p', 'p.bootpol', '--shard', '3/2', 'a'], '`--shard` wants I/N, with I from 1 to N'],
    [['-p', 'p.bootpol', '--shard', 'x', 'a'], '`--shard` wants I/N, with I from 1 to N'],
    [['-p', 'p.bootpol', '--jobs', '0', 'a'], '`--jobs` wants a number from 1'],
    [['-p', 'p.bootpol', '--at', 'today', 'a'], '`--at` wants a day as YYYY-MM-DD'],
    [['-p', 'p.bootpol', '-o', 'old.html', 'a'], '`old.html` exists; `--force` replaces it'],
    [['-p', '-', '-'], 'standard input can be read once only'],
  ])('%j ends with 2', async (words, line) => {
    expect(await run(['simulate', ...words], files)).toEqual({ code: 2, out: '', err: `bootpol: ${line}\n` });
  });
});

describe('bootpol simulate --trust-embedded', () => {
  let images: ProposalImages['images'];
  beforeAll(() => ({ images } = forgeProposalImages()));

  test('takes who signed each image, never who signed another, and nobody for an unsigned one', async () => {
    const path = 'policies/kexec/zboot-gzip-zstd.bootpol';
    const files: MemoryFiles = {
      'p.bootpol': new Uint8Array(readFileSync(path)),
      'signed.efi': images.A,
      'inner-only.efi': images.C,
      'unsigned.efi': images.U,
    };
    const { code, out } = await run(
      ['simulate', '-p', 'p.bootpol', '--trust-embedded', 'signed.efi', 'inner-only.efi', 'unsigned.efi'],
      files,
    );
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '`ring`: whoever signed the image at hand (--trust-embedded). Accepted then says',
    );
    expect(out).toMatch(/ \+ +signed\.efi\n - +inner-only\.efi, unsigned\.efi\n/);
  });

  test('takes a signer whose signature a view sees without the padding', async () => {
    const path = 'policies/kexec/inner-image-signed-trimmed.bootpol';
    const files: MemoryFiles = { 'p.bootpol': new Uint8Array(readFileSync(path)), 'c.efi': images.C };
    const { out } = await run(['simulate', '-p', 'p.bootpol', '--trust-embedded', 'c.efi'], files);
    expect(out).toMatch(/ \+ +c\.efi\n/);
  });
});
