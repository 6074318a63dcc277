import { describe, expect, test } from 'vitest';
import { run, text } from './run-in-memory.ts';

const POLICY = `language 1
policy p
param signers db

artifact uki {
  require outer: signed by db { digest in { sha256 }, key rsa >= 2048, valid now, count >= 2, timestamped }
  linux: image
  initrd optional {
    forbid big from 2027-01-01: size >= 64 MiB
  }
  otherwise warn
}

artifact image {
  warn inner: any of {
    signed by db { scheme appended }
    sbat linux >= 2
    none of {
      release "6.12-x"
    }
  }
}

at firmware sees file enforce { outer, inner }
at kexec    sees file enforce { outer }

waive outer until 2027-03-31 because "REL-1"
`;
const FILES = { 'p.bootpol': text(POLICY), 'bad.bootpol': text(POLICY.replace('by db', 'by nobody')) };

describe('bootpol show', () => {
  test('writes sizes with a unit, and numbers that are no sizes without', async () => {
    const policy =
      'language 1\npolicy p\nartifact initrd {\n  require a: size <= 1024\n  require b: compression-ratio <= 1024\n}\n';
    const { out } = await run(['show', 'p.bootpol'], { 'p.bootpol': text(policy) });
    expect(out).toMatch(/size <= 1 KiB/);
    expect(out).toMatch(/compression-ratio <= 1024/);
  });

  test('prints every requirement on a line, at every place where it holds, and the waivers', async () => {
    const { code, out } = await run(['show', '--table', 'p.bootpol'], FILES);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'LAYER | REQUIREMENT | CONDITION | ENFORCED AT',
      'uki | require outer | signed by db { digest in { sha256 }, key rsa >= 2048, valid now, count >= 2, timestamped } | firmware, kexec',
      'uki | otherwise shape | warn | firmware, kexec',
      'uki/linux/image | warn inner | any of { signed by db { scheme appended }, sbat linux >= 2, none of { release "6.12-x" } } | firmware',
      'uki/initrd | forbid big from 2027-01-01 | size >= 64 MiB | -',
      'image | warn inner | any of { signed by db { scheme appended }, sbat linux >= 2, none of { release "6.12-x" } } | firmware',
      '',
      'waived | outer until 2027-03-31: REL-1',
      '',
    ]);
    expect((await run(['show', 'p.bootpol'], FILES)).out).toBe(out);
  });

  test('breaks conditions on a terminal, so that a line has 80 columns', async () => {
    const { out } = await run(['show', 'p.bootpol'], FILES, { outIsTerminal: true, environment: { NO_COLOR: '1' } });
    const lines = out.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[1]).toMatch(/^uki +require outer +signed by db \{ +firmware, kexec$/);
    const words = (text: string): string => [...text.matchAll(/[^\s]+/g)].map(String).sort().join(' ');
    expect(words(out)).toBe(words((await run(['show', 'p.bootpol'], FILES)).out));
  });

  test('--plan prints the plan, the same each time, with its digest', async () => {
    const { code, out } = await run(['show', '--plan', 'p.bootpol'], FILES);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ policy: { name: 'p' } });
    expect(out).toMatch(/"digest": "[0-9a-f]{64}"/);
    expect((await run(['show', '--plan', 'p.bootpol'], FILES)).out).toBe(out);
  });

  test('ends with 2 for a policy that does not compile, and for both forms at once', async () => {
    expect(await run(['show', 'bad.bootpol'], FILES)).toMatchObject({ code: 2, out: '' });
    expect((await run(['show', '--table', '--plan', 'p.bootpol'], FILES)).err).toBe(
      'bootpol: `--table` and `--plan` exclude each other\n',
    );
  });
});

describe('bootpol explain', () => {
  test('prints the page of a code in 80 columns, with its example and the repair', async () => {
    const { code, out } = await run(['explain', 'bp0520']);
    expect(code).toBe(0);
    expect(out).toMatch(/^warning\[BP0520\]: no view covers the …\n\nThe layer is obeyed/);
    expect(out).toContain('\nExample\n\n  language 1\n');
    expect(out).toContain('\nRepaired\n\n  language 1\n');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('has no example where it would be too long, and takes several codes', async () => {
    const { out } = await run(['explain', 'BP0011', 'BP0001']);
    expect(out).toMatch(/^error\[BP0011\]: a policy longer than 1 MiB\n[^]*\nerror\[BP0001\]/);
  });

  test.each([
    ['BPO520', 'did you mean `BP0520`?'],
    ['nonsense', 'codes are BP0001 and the like'],
  ])('names `%s` as no code', async (word, hint) => {
    expect(await run(['explain', word])).toMatchObject({ code: 2, err: `bootpol: no code \`${word}\`; ${hint}\n` });
  });
});
