import { beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { newSigner } from '../../../forge/x509.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const POLICY = (name: string): string =>
  `language 1\npolicy ${name}\nparam signers db\nartifact image {\n  require outer: signed by db\n}\n`;

describe('bootpol merge', () => {
  let files: MemoryFiles;
  beforeAll(async () => {
    const image = forgeImage({ arch: 'arm64', size: 20_000 });
    const images = {
      'p.bootpol': text(POLICY('p')),
      'q.bootpol': text(POLICY('q')),
      'db.pem': text(newSigner({ subject: 'Sample', key: 'p256' }).certificatePem),
      'images/a.efi': image,
      'images/b.efi': image,
      'images/c.efi': image,
    };
    const report = async (...words: readonly string[]): Promise<Uint8Array> => {
      const { code, out } = await run(['simulate', 'images', '--format', 'json', ...words], images);
      expect(code).toBe(0);
      return text(out);
    };
    const same = ['-p', 'p.bootpol', '--bind', 'db=db.pem', '--at', '2026-06-01'];
    files = {
      ...images,
      's1.json': await report(...same, '--shard', '1/2'),
      's2.json': await report(...same, '--shard', '2/2'),
      'whole.json': await report(...same),
      'thirds.json': await report(...same, '--shard', '2/3'),
      'day.json': await report('-p', 'p.bootpol', '--bind', 'db=db.pem', '--shard', '2/2', '--at', '2026-06-02'),
      'policy.json': await report('-p', 'q.bootpol', '--bind', 'db=db.pem', '--shard', '2/2', '--at', '2026-06-01'),
      'trust.json': await report('-p', 'p.bootpol', '--trust-embedded', '--shard', '2/2', '--at', '2026-06-01'),
      'baseline.json': await report(...same, '--baseline', 'p.bootpol', '--shard', '2/2'),
    };
  });

  const merge = (...words: readonly string[]) => run(['merge', ...words], files);

  test('gives, of all shards in any order, the report of the whole run', async () => {
    const { code, out } = await merge('s2.json', 's1.json', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(JSON.parse(new TextDecoder().decode(bytesOf('whole.json'))));
  });

  test('lets whole runs follow each other', async () => {
    const { code, out } = await merge('whole.json', 'whole.json');
    expect(code).toBe(0);
    expect(out).toContain('of 6 files');
  });

  test.each([
    [['s1.json', 'day.json'], '`day.json` does not belong to `s1.json`: it has another day (`--at` fixes it)'],
    [['s1.json', 'policy.json'], '`policy.json` does not belong to `s1.json`: it has other policies'],
    [['s1.json', 'trust.json'], '`trust.json` does not belong to `s1.json`: it has other signers'],
    [['s1.json', 'baseline.json'], '`baseline.json` does not belong to `s1.json`: it has another baseline'],
    [['s1.json', 'thirds.json'], '`thirds.json` does not belong to `s1.json`: it has another number of shards'],
    [['s1.json', 's1.json'], '`s1.json` and `s1.json` are both shard 1/2'],
    [['s1.json'], 'shard 2/2 is missing'],
    [['s2.json'], 'shard 1/2 is missing'],
    [['gone.json'], 'cannot read `gone.json`: no such file'],
  ])('of %j refuses to make a report', async (names, line) => {
    expect(await merge(...names)).toEqual({ code: 2, out: '', err: `bootpol: ${line}\n` });
  });

  test('refuses what is no report, or one whose cells are not those of its policies', async () => {
    const whole = new TextDecoder().decode(bytesOf('whole.json'));
    const read = (content: string) => run(['merge', 'r.json'], { ...files, 'r.json': text(content) });
    expect((await read(whole)).code).toBe(0);
    expect((await read('{\u001b[31m')).err).toBe('bootpol: `r.json` is no simulation report: it is not JSON\n');
    expect((await read('{"version":1}')).err).toMatch(/^bootpol: `r\.json` is no simulation report: `report`/);
    expect((await read(whole.replace('"version": 1', '"version": 2'))).err).toMatch(/simulation report: `version`/);
    expect((await read(whole.replace('"view": "file"', '"view": "other"'))).err).toContain(
      'the cells of `images/a.efi` are not those of its policies',
    );
    expect((await read(whole.replace(/"day": "/, '"day": "<b>'))).err).toContain('simulation report: `day`');
    const shard = new TextDecoder().decode(bytesOf('s1.json'));
    expect((await read(shard.replace(/"of": 2/, '"of": 1'))).code).toBe(0);
    expect((await read(shard.replace(/"index": 1/, '"index": 3'))).err).toContain('`shard`: there are fewer shards');
  });

  function bytesOf(name: string): Uint8Array {
    const file = files[name];
    if (file === undefined || 'unreadable' in file) throw new Error(`there is no ${name}`);
    return file;
  }
});
