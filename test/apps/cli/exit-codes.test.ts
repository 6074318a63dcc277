import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../apps/cli/commands.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

// Every exit code that the table of commands declares, shown by a run that ends with it.
const POLICY = `language 1
policy sample
param signers db
artifact zboot {
  require outer: signed by db
  warn codec: compression in { zstd }
  image
}
test "unsigned" {
  given zboot
  expect reject because outer
}
`;
const LOCKING = 'language 1\npolicy locking\nimport "sound.bootpol"\nartifact image { require a: arch in { arm64 } }\n';
const OPEN = 'language 1\npolicy open\nartifact zboot {\n  require c: compression in { gzip }\n  image\n}\n';

type Case = readonly [words: readonly string[], code: number];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  init: [
    [['init'], 0],
    [['init', '--nope'], 2],
    [['init', 'none.efi'], 3],
  ],
  check: [
    [['check', 'sound.bootpol'], 0],
    [['check', 'slip.bootpol'], 2],
    [['check', 'late.bootpol', '--max-warnings', '0'], 4],
  ],
  fmt: [
    [['fmt', '--check', 'tidy.bootpol'], 0],
    [['fmt', '--check', 'untidy.bootpol'], 1],
    [['fmt', 'none.bootpol'], 2],
  ],
  lock: [
    [['lock', '--check', 'sound.bootpol'], 0],
    [['lock', '--check', 'locking.bootpol'], 1],
    [['lock', 'none.bootpol'], 2],
  ],
  verify: [
    [['verify', '-p', 'sound.bootpol', '--bind', 'db=db.pem', 'signed.efi'], 0],
    [['verify', '-p', 'sound.bootpol', '--bind', 'db=db.pem', 'unsigned.efi'], 1],
    [['verify', '-p', 'slip.bootpol', 'signed.efi'], 2],
    [['verify', '-p', 'sound.bootpol', '--bind', 'db=db.pem', 'none.efi'], 3],
    [['verify', '-p', 'sound.bootpol', '--bind', 'db=db.pem', '--strict', 'signed.efi'], 4],
  ],
  test: [
    [['test', 'sound.bootpol'], 0],
    [['test', '--min-coverage', '100', 'sound.bootpol'], 1],
    [['test', 'slip.bootpol'], 2],
  ],
  inspect: [
    [['inspect', 'signed.efi'], 0],
    [['inspect', '--nope', 'signed.efi'], 2],
    [['inspect', 'none.efi'], 3],
  ],
  extract: [
    [['extract', 'signed.efi', 'zboot/image', '-o', '-'], 0],
    [['extract', 'signed.efi', 'zboot/nothing', '-o', '-'], 2],
    [['extract', 'none.efi', 'zboot/image', '-o', '-'], 3],
  ],
  footprint: [
    [['footprint', 'sound.bootpol'], 0],
    [['footprint', 'slip.bootpol'], 2],
  ],
  gap: [
    [['gap', 'covered.bootpol'], 0],
    [['gap', 'open.bootpol'], 1],
    [['gap', 'slip.bootpol'], 2],
    [['gap', 'covered.bootpol', '--bind', 'db=db.pem', 'none.efi'], 3],
  ],
  pcr: [
    [['pcr', 'uki.efi'], 0],
    [['pcr', '--bank', 'md5', 'uki.efi'], 2],
    [['pcr', 'none.efi'], 3],
  ],
  compare: [
    [['compare', '--db', 'db.pem', 'signed.efi'], 0],
    [['compare', '--db', 'db.pem', 'unsigned.efi'], 1],
    [['compare', '--db', 'none.pem', 'signed.efi'], 2],
    [['compare', '--db', 'db.pem', 'none.efi'], 3],
  ],
  boots: [
    [['boots', '--on', 'machine.json', 'signed.efi'], 0],
    [['boots', '--on', 'machine.json', 'unsigned.efi'], 1],
    [['boots', '--on', 'none.json', 'signed.efi'], 2],
    [['boots', '--on', 'machine.json', 'none.efi'], 3],
  ],
  completion: [
    [['completion', 'bash'], 0],
    [['completion', 'tcsh'], 2],
  ],
  explain: [
    [['explain', 'BP0204'], 0],
    [['explain', 'BP9999'], 2],
  ],
  show: [
    [['show', 'sound.bootpol'], 0],
    [['show', 'slip.bootpol'], 2],
  ],
  simulate: [
    [['simulate', '-p', 'sound.bootpol', '--bind', 'db=db.pem', 'unsigned.efi'], 0],
    [['simulate', '-p', 'slip.bootpol', 'unsigned.efi'], 2],
    [['simulate', '-p', 'sound.bootpol', '--bind', 'db=db.pem', 'none.efi'], 3],
  ],
  merge: [
    [['merge', 'whole.json'], 0],
    [['merge', 'none.json'], 2],
    [['merge', 'unread.json'], 3],
  ],
  forge: [
    [['forge', 'image', '-o', 'out'], 0],
    [['forge', 'imgae', '-o', 'out'], 2],
  ],
  repack: [
    [['repack', 'signed.efi', '--compress', 'gzip', '-o', 'out'], 0],
    [['repack', 'signed.efi', '--compress', 'zip', '-o', 'out'], 2],
    [['repack', 'none.efi', '--compress', 'gzip', '-o', 'out'], 3],
  ],
  cost: [
    [['cost', 'signed.efi', '--runs', '1'], 0],
    [['cost', '--nope', 'signed.efi'], 2],
    [['cost', 'none.efi'], 3],
  ],
  build: [
    [['build', 'sound.bootpol', '-o', 'made'], 0],
    [['build', 'slip.bootpol', '-o', 'made'], 2],
  ],
  // The server has standard input to itself: test/apps/lsp/session.test.ts.
  lsp: [],
};

describe('exit codes', () => {
  let files: MemoryFiles;
  beforeAll(async () => {
    const signer = newSigner({ subject: 'Sample', key: 'rsa2048' });
    const image = forgeImage({ arch: 'arm64', size: 20_000 });
    const zboot = forgeZboot({ image, compression: 'gzip' });
    files = {
      'sound.bootpol': text(POLICY),
      'slip.bootpol': text(POLICY.replace('zstd', 'zstdd')),
      'late.bootpol': text(`${POLICY}waive outer until 2020-01-01 because "long ago"\n`),
      'untidy.bootpol': text(POLICY.replace('  warn', 'warn')),
      'locking.bootpol': text(LOCKING),
      'open.bootpol': text(OPEN),
      'covered.bootpol': text(POLICY.replace('  image\n', '  image {\n    require inner: covered by db\n  }\n')),
      'machine.json': text(
        JSON.stringify({ version: 1, arch: 'arm64', firmware: { secureBoot: true, db: ['db.pem'] } }),
      ),
      'db.pem': text(signer.certificatePem),
      'signed.efi': signPe(zboot, { signers: [{ signer }] }),
      'unsigned.efi': zboot,
      'uki.efi': forgeUki({ linux: image, arch: 'arm64', initrd: forgeInitrd({ entries: SMALL_ROOT }) }),
    };
    files = { ...files, 'tidy.bootpol': text((await run(['fmt', 'sound.bootpol'], files)).out) };
  });

  test('are declared for every command, and shown by a run each', () => {
    const shown = Object.entries(CASES).map(([name, cases]) => [name, cases.map(([, code]) => code).sort()]);
    const declared = COMMANDS.map(({ name, exits }) => [
      name,
      name === 'lsp' ? [] : exits.map(([code]) => code).sort(),
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(declared));
  });

  test.each(Object.values(CASES).flat())('%j ends with %i', async (words, code) => {
    const report = (...names: readonly string[]): Promise<{ readonly out: string }> =>
      run(['simulate', '-p', 'sound.bootpol', '--bind', 'db=db.pem', '--format', 'json', ...names], files);
    const reports = words[0] === 'merge' ? await Promise.all([report('signed.efi'), report('none.efi')]) : [];
    const [whole, unread] = reports.map(({ out }) => text(out));
    const all = { ...files, 'whole.json': whole ?? text(''), 'unread.json': unread ?? text('') };
    const ended = await run(words, all, { write: () => null, rewrite: () => null, makeDirectory: () => null });
    expect([ended.code, ended.err]).toEqual([code, code === 0 ? '' : expect.any(String)]);
  });
});
