import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { forgeSamples } from '../../scripts/samples.ts';
import { patternOf, stepsOf, typed } from './walk.ts';

const ROOT = resolve('.');
const TUTORIALS = readdirSync('docs').filter((name) => /^tutorial-.*\.md$/.test(name));

/** What `npm start` leaves behind: the folder `samples` beside the shipped policies. Gives the folder around both. */
async function startedFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-tutorial-'));
  mkdirSync(join(folder, 'samples'));
  symlinkSync(join(ROOT, 'policies'), join(folder, 'policies'));
  const { files, keys } = await forgeSamples();
  for (const { name, bytes } of files) writeFileSync(join(folder, 'samples', name), bytes);
  for (const { name, pem } of keys) writeFileSync(join(folder, 'samples', name), pem);
  return folder;
}

describe('the tutorials', () => {
  afterEach(() => {
    process.chdir(ROOT);
  });

  test('are one for each kind of user', () => {
    expect(TUTORIALS).toEqual(['tutorial-ci.md', 'tutorial-kernel-developer.md', 'tutorial-policy-author.md']);
  });

  test.each(TUTORIALS)('%s can be walked command by command, and prints what it says', async (name) => {
    const steps = stepsOf(readFileSync(join('docs', name), 'utf8'));
    expect(steps.filter(({ kind }) => kind === 'command').length).toBeGreaterThan(6);
    const folder = await startedFolder();
    process.chdir(join(folder, 'samples'));
    for (const step of steps) {
      if (step.kind === 'file') writeFileSync(step.name, step.content);
      else expect(await typed(step.words), `$ ${step.words}`).toMatch(patternOf(step.expected));
    }
    process.chdir(ROOT);
    rmSync(folder, { recursive: true });
  });

  test('would notice a line that is printed otherwise', () => {
    expect('one\ntwo abc\n').toMatch(patternOf('one\ntwo …\n'));
    expect('one\ntwo abc\nthree\n').toMatch(patternOf('…\nthree\n'));
    expect('one\ntwo abc\n').not.toMatch(patternOf('one\nthree …\n'));
    expect('one\ntwo abc\n').not.toMatch(patternOf('one\n'));
  });
});
