import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Anchor, DEFAULT_LIMITS, factsOf, nativeEngine, readAnchorFile } from '../../index.ts';
import { backEndsOf } from '../emitted.ts';

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const POLICIES = readdirSync('policies', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.bootpol'))
  .map((path) => join('policies', path));
const AT = new Date('2026-06-15T00:00:00Z');

/** Files of a folder and below that are no descriptions of others. */
function filesUnder(folder: string): readonly string[] {
  if (folder === '') return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:json|md|pem|esl|txt|der|crt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Every policy against a share of the images; the next policy takes the next share. */
const SHARES = 12;

describe.skipIf(FOLDER === '')('real images, of BOOTPOL_IMAGES, under built modules', () => {
  const files = filesUnder(FOLDER);

  test(`get the verdicts of the back end in memory from every shipped policy (${String(files.length)} files)`, async () => {
    const verdicts = new Set<string>();
    const ends = await Promise.all(POLICIES.map((path) => endsOf(path)));
    for (const [place, path] of files.entries()) {
      const file = factsOf(readFileSync(path), { limits: DEFAULT_LIMITS, engine: nativeEngine() });
      for (const [index, { memory, module, trust }] of ends.entries()) {
        if ((place + index) % SHARES !== 0) continue;
        const options = { trust, at: AT, fileDigest: 'when-needed' } as const;
        await memory.judge(file, options);
        const [one, other] = [await memory.judge(file, options), await module.judge(file, options)];
        expect({ path, ...other }).toEqual({ path, ...one });
        verdicts.add(one.verdict);
      }
    }
    expect(verdicts.size).toBeGreaterThan(1);
  }, 600_000);
});

/** The back ends of a shipped policy, all of whose signers are params, with everybody of the images' folder for each. */
async function endsOf(path: string) {
  const ends = await backEndsOf(readFileSync(path, 'utf8'), () => null);
  if (ends === null) throw new Error(`${path} does not compile`);
  const people = anchorsIn(join(FOLDER, 'certs'));
  const params = ends.plan.signers.filter(({ param }) => param).map(({ name }) => [name, people] as const);
  return { ...ends, trust: Object.fromEntries(params) };
}

function anchorsIn(folder: string): readonly Anchor[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const { name } = entry;
    const file = readAnchorFile(readFileSync(join(entry.parentPath, name)), name);
    return file.ok ? file.anchors.filter(({ kind }) => kind === 'certificate') : [];
  });
}
