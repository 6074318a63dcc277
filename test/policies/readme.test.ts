import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, text } from '../apps/cli/run-in-memory.ts';
import { forgeProposalImages, type ProposalImages } from './proposal-images.ts';

const README = readFileSync('policies/README.md', 'utf8');

/** Each example: the command line behind `$ bootpol`, and what it prints of the file. */
const EXAMPLES = [...README.matchAll(/```text\n\$ bootpol (.*)\n([^`]*)```/g)].map(
  ([, command = '', printed = '']) => [command, printed] as const,
);

describe('policies/README.md', () => {
  let forged: ProposalImages;
  beforeAll(() => {
    forged = forgeProposalImages();
  });

  test('lists every policy that is shipped, and no other', () => {
    const shipped = ['kexec', 'distro'].flatMap((folder) =>
      readdirSync(`policies/${folder}`).map((file) => `${folder}/${file}`),
    );
    const listed = [...README.matchAll(/\]\(([a-z]+\/[a-z0-9-]+\.bootpol)\)/g)].map(([, path = '']) => path);
    expect([...new Set(listed)].sort()).toEqual(shipped.sort());
  });

  test('names the params of every policy', () => {
    for (const [, path = '', rest = ''] of README.matchAll(/\]\(([a-z]+\/[a-z0-9-]+\.bootpol)\)(.*)/g)) {
      const policy = readFileSync(`policies/${path}`, 'utf8');
      const params = [...policy.matchAll(/^param signers (\w+)/gm)].map(([, name = '']) => `\`${name}\``);
      expect(rest.split('|').at(-2)?.trim()).toBe(params.join(', '));
    }
  });

  test('has the two examples of the thread', () => {
    expect(EXAMPLES).toHaveLength(2);
  });

  test.each(EXAMPLES)('shows what `%s` prints', async (command, printed) => {
    const words = command.split(' ');
    const policy = words[1] ?? '';
    const ring = `${forged.db.certificatePem}${forged.modules.certificatePem}`;
    const files = { [policy]: readFileSync(policy), 'uki.efi': forged.images.D, 'ring.pem': text(ring) };
    const { out, err } = await run(words, files);
    expect(err).toBe('');
    expect(withoutSizes(out)).toContain(withoutSizes(printed));
  });
});

/** Deflate may be written in a few bytes more or less by another zlib. */
function withoutSizes(printed: string): string {
  return printed.replaceAll(/\d[\d,.]* (bytes|kB)/g, 'N $1');
}
