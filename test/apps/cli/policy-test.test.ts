import { describe, expect, test } from 'vitest';
import { GIVEN_PROPERTIES } from '../../../compiler/index.ts';
import { policyTestReportSchema } from '../../../runtime/report/policy-test-schema.ts';
import { run, text } from './run-in-memory.ts';

const POLICY = `language 1
policy tested version 3
param signers distro
param signers ring
param signers dbx
signers ours = { distro, ring }
artifact zboot {
  require outer: signed by distro { digest in { sha256, sha384, sha512 }  key rsa >= 2048  key ec >= 256 }
  require codec: compression in { gzip, zstd }
  image {
    require inner: any of {
      signed by ring
      covered by ours
    }
  }
}
artifact uki {
  require outer: signed by distro
  linux: one of { zboot, bzimage }
  initrd optional {
    require rd: covered by distro
  }
  cmdline optional {
    forbid shell: contains "init=/bin/sh"
  }
  osrel, uname, sbat
}
artifact pe {
  require outer: signed by distro
  forbid wx: writable-code
  warn nx: nx-compat
}
artifact initrd {
  require tail: signed by ring { scheme appended  digest in { sha256, sha512 }  key rsa >= 2048 }
}
at firmware sees file revoked by dbx enforce { outer, codec, rd, shell, wx, nx, tail }
`;

/** Runs one test of the policy above. */
async function runTest(lines: string, words: readonly string[] = []) {
  return run(['test', ...words, 'p.bootpol'], { 'p.bootpol': text(`${POLICY}test "the test" {\n${lines}\n}\n`) });
}

/** One image each: what is given, and what must come of it at `firmware`. */
const CASES: readonly (readonly [given: string, expectation: string])[] = [
  ['zboot signed by distro', 'accept'],
  ['zboot', 'reject at firmware because outer'],
  ['zboot signed by ring', 'reject because outer'],
  ['zboot signed by stranger', 'reject because outer'],
  ['zboot signed by distro { image }', 'accept'],
  ['zboot signed by distro { compression zstd }', 'accept'],
  ['zboot signed by distro { compression xz }', 'reject because codec'],
  ['zboot signed by distro { compression lz4 }', 'reject because codec'],
  ['zboot signed by distro { digest sha1 }', 'reject because outer'],
  ['zboot signed by distro { digest sha384 }', 'accept'],
  ['zboot signed by distro { key rsa1024 }', 'reject because outer'],
  ['zboot signed by distro { key p384 digest sha384 }', 'accept'],
  ['zboot signed by distro { revoked dbx }', 'reject because outer'],
  ['zboot signed by distro { revoked ring }', 'accept'],
  ['zboot signed by distro { expired }', 'accept'],
  ['zboot signed by distro { altered }', 'reject because outer'],
  ['zboot signed by distro { bytes-after-signature }', 'reject because outer'],
  ['zboot signed by distro { bytes-in-certificate-table }', 'reject because outer'],
  ['zboot signed by distro { arch riscv64 }', 'accept'],
  ['uki signed by distro { linux: zboot signed by distro  initrd }', 'accept'],
  ['uki signed by distro { linux: bzimage  initrd  cmdline "ro quiet" }', 'accept'],
  ['uki signed by distro { linux: bzimage  cmdline "ro init=/bin/sh" }', 'reject because shell'],
  ['uki signed by distro { linux: bzimage, uname absent }', 'reject because shape'],
  ['uki signed by distro { linux: bzimage  splash }', 'reject because shape'],
  ['uki signed by distro { linux: bzimage  section ".mine" }', 'reject because shape'],
  ['uki { linux: bzimage  initrd }', 'reject because outer, rd'],
  ['pe signed by distro', 'accept'],
  ['pe signed by distro { writable-code }', 'reject because wx'],
  ['pe signed by distro { bytes-in-section-gaps }', 'reject because outer'],
  ['pe signed by distro { arch ia32 }', 'accept'],
  ['uki signed by distro { arch ia32 }', 'accept'],
  ['pe signed by distro { nx-compat absent }', 'accept-with-warnings because nx'],
  ['zboot signed by distro { writable-code }', 'accept'],
  ['initrd signed by ring { scheme appended }', 'accept'],
  ['initrd signed by ring { scheme appended, digest sha512, compression zstd }', 'accept'],
  ['initrd signed by ring { scheme appended, digest sha1 }', 'reject because tail'],
  ['initrd signed by ring { scheme appended, key rsa1024 }', 'reject because tail'],
  ['initrd signed by ring { scheme appended, revoked dbx }', 'reject because tail'],
  ['initrd signed by distro { scheme appended }', 'reject because tail'],
  ['initrd signed by ring { scheme appended, altered, compression none }', 'reject because tail'],
  ['initrd signed by ring { scheme appended, altered }', 'reject because tail'],
  ['initrd', 'reject because tail'],
  ['zboot signed by distro { scheme appended }', 'reject because outer'],
  ['zboot signed by distro { scheme authenticode }', 'accept'],
  ['bzimage signed by distro', 'reject'],
];

describe('bootpol test', () => {
  test('forges what is given, as it is said', async () => {
    const tests = CASES.map(([given, wanted], at) => `test "case ${at}" {\n  given ${given}\n  expect ${wanted}\n}\n`);
    const { out, err } = await run(['test', 'p.bootpol'], { 'p.bootpol': text(`${POLICY}${tests.join('')}`) });
    expect(err).toBe('');
    expect(CASES.filter((_, at) => !out.includes(`✓ case ${at}\n`))).toEqual([]);
    expect(out).toContain(`${CASES.length} tests: ${CASES.length} passed, 0 failed`);
  });

  test('has a case for every property that can be given', () => {
    const shown = CASES.map(([given]) => given).join('\n');
    const untried = Object.keys(GIVEN_PROPERTIES).filter((name) => !new RegExp(`[{ ]${name}[ }]`).test(shown));
    // The two that leave the image as the policy above wants it are tried below.
    expect(untried).toEqual(['size', 'damaged']);
  });

  test('shows contents that cannot be decoded as undecided, and sizes as they are asked for', async () => {
    const policy = `language 1
policy sizes
artifact initrd { require small: size <= 1 MiB }
artifact zboot { image { require small: size <= 1 MiB } }
test "small" {
  given initrd { compression zstd }
  given initrd { compression none, size 1000 }
  given zboot { image { size 512 KiB } }
  expect accept
}
test "large" {
  given initrd { compression none, size 2 MiB }
  given zboot { image { size 2 MiB } }
  expect reject because small
}
test "damaged" {
  given zboot { damaged }
  given zboot { damaged, compression zstd }
  given zboot { damaged, compression lz4 }
  given zboot { damaged, compression lzo }
  given zboot { damaged, compression xz }
  given zboot { damaged, compression lzma }
  given bzimage { damaged, compression lzma }
  given initrd { damaged }
  expect undecided
}
`;
    const { out, code } = await run(['test', 'p.bootpol'], { 'p.bootpol': text(policy) });
    expect(out).toContain('3 tests: 3 passed, 0 failed');
    expect(code).toBe(0);
  });

  test.each(['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo'])('gives every layer that is encoded in %s', async (codec) => {
    const kinds = ['zboot', 'bzimage', 'initrd', 'compressed'];
    const artifacts = kinds.map(
      (kind) => `artifact ${kind} {\n  require codec: compression in { ${codec} }\n  otherwise allow\n}\n`,
    );
    const given = kinds.map((kind) => `  given ${kind} { compression ${codec} }\n`).join('');
    const policy = `language 1\npolicy p\n${artifacts.join('')}test "t" {\n${given}  expect accept\n}\n`;
    const { code, out } = await run(['test', 'p.bootpol'], { 'p.bootpol': text(policy) });
    expect([code, out.includes('1 test: 1 passed, 0 failed')]).toEqual([0, true]);
  });

  test('says which image fails, and why the verdict is another', async () => {
    const { out, code } = await runTest('  given zboot signed by distro\n  given zboot\n  expect accept at firmware');
    expect(code).toBe(1);
    expect(out).toContain('✗ the test');
    expect(out).toMatch(/given 2, zboot: expected accept at firmware, got reject/);
    expect(out).toContain('firmware: outer (zboot): the image carries no signature');
    expect(out).toContain('1 test: 0 passed, 1 failed');
  });

  test('fails a right verdict that has another reason', async () => {
    const { out, code } = await runTest('  given zboot\n  expect reject because codec');
    expect(code).toBe(1);
    expect(out).toContain('reject as expected, but not because of codec');
  });

  test.each([
    ['zboot { compression none }', 'a zboot is always compressed'],
    ['bzimage { arch arm64 }', 'a bzimage is never for arm64'],
    ['initrd { altered, compression zstd }', 'an initrd in zstd cannot be altered: give it in gzip, or in none'],
  ])('says that a %s cannot be forged', async (given, why) => {
    const { out, code } = await runTest(`  given ${given}\n  expect reject`);
    expect(code).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`cannot be forged: ${why}`);
  });

  test('names the outcomes that no test shows, and fails below the share that is asked for', async () => {
    const lines = '  given pe signed by distro { writable-code }\n  expect reject because wx';
    const { out, code } = await runTest(lines);
    expect(out).toMatch(/outcomes shown: 3 of 18 \(16 %\)/);
    expect(out).toMatch(/never true or false: compression in \{ gzip, zstd \} +p\.bootpol:9/);
    expect(code).toBe(0);
    expect((await runTest(lines, ['--min-coverage', '16'])).code).toBe(0);
    const short = await runTest(lines, ['--min-coverage', '17']);
    expect(short.code).toBe(1);
    expect(short.out).toContain('1 policy below the coverage asked for');
  });

  test('prints JUnit XML, with the markup in titles escaped', async () => {
    const policy = `${POLICY}test "a < b & c" {\n  given pe\n  expect accept\n}\n`;
    const files = { 'p.bootpol': text(policy) };
    const { out, code } = await run(['test', '--format', 'junit', '--min-coverage', '100', 'p.bootpol'], files);
    expect(code).toBe(1);
    expect(out).toContain('<testsuites name="bootpol test" tests="2" failures="2" errors="0">');
    expect(out).toContain('<testcase name="a &lt; b &amp; c" classname="tested">');
    expect(out).toContain('<failure type="failed-expectation" message="expected accept, got reject">p.bootpol:');
    expect(out).toContain('<testcase name="coverage of outcomes"');
  });

  test.each([
    ['a policy that cannot be read', ['none.bootpol'], /cannot read policy `none\.bootpol`/],
    ['a policy with an error', ['slip.bootpol'], /BP0612/],
    ['a share that is none', ['--min-coverage', '101', 'p.bootpol'], /--min-coverage/],
    ['a day that is none', ['--at', 'soon', 'p.bootpol'], /--at/],
  ])('ends with 2 for %s', async (_, words, told) => {
    const slip = text(`${POLICY}test "t" {\n  given pe\n}\n`);
    const { code, err } = await run(['test', ...words], { 'p.bootpol': text(POLICY), 'slip.bootpol': slip });
    expect(err).toMatch(told);
    expect(code).toBe(2);
  });

  test('tests every policy of a directory, and reports the one that it cannot test to build systems', async () => {
    const files = {
      'd/p.bootpol': text(POLICY),
      'd/deep/slip.bootpol': text('language 1\npolicy\n'),
      'e/notes': text(''),
    };
    const { code, out, err } = await run(['test', 'd', 'e', '--format', 'junit'], files);
    expect(code).toBe(2);
    expect(err).toContain('bootpol: `e` holds no policy (*.bootpol)\n');
    expect(err).toContain('bootpol: policy `d/p.bootpol` has no tests\n');
    expect(out).toContain('<testsuites name="bootpol test" tests="2" failures="0" errors="2">');
    expect(out).toMatch(/<testcase name="the policy compiles" classname="d\/deep\/slip\.bootpol".*>\n.*<error/);
    const json = await run(['test', 'd', '--format', 'json'], files);
    const report = policyTestReportSchema.parse(JSON.parse(json.out));
    expect(report.policies.map(({ file }) => file)).toEqual(['d/p.bootpol']);
    expect(report.untested).toHaveLength(1);
    expect(report.untested?.[0]?.file).toBe('d/deep/slip.bootpol');
    expect(report.untested?.[0]?.error).toMatch(/^BP0\d+: /);
  });

  test('says of a policy without tests that it has none', async () => {
    const { err, out, code } = await run(['test', 'p.bootpol'], { 'p.bootpol': text(POLICY) });
    expect(err).toBe('bootpol: policy `p.bootpol` has no tests\n');
    expect(out).toContain('0 tests: 0 passed, 0 failed');
    expect(code).toBe(0);
  });
});
