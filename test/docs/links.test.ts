import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'policies/README.md', ...markdownUnder('docs')];

function markdownUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownUnder(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

interface Link {
  /** As it is written. */
  readonly written: string;
  /** From the repository's root. */
  readonly path: string;
  readonly anchor: string | null;
}

/** Relative links outside of code. */
function linksOf(page: string): readonly Link[] {
  const prose = readFileSync(page, 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`(?!\])/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, written = '']) => {
    if (/^[a-z]+:/.test(written)) return [];
    const [path = '', anchor = null] = written.split('#');
    return [{ written, path: path === '' ? page : normalize(join(dirname(page), path)), anchor }];
  });
}

/** Anchors as GitHub makes them: lower case, punctuation dropped, spaces as dashes. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .matchAll(/^#+ +(.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/\]\([^)]*\)/g, '')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken({ path, anchor }: Link): boolean {
  if (!existsSync(path)) return true;
  return anchor !== null && path.endsWith('.md') && !anchorsOf(path).includes(anchor);
}

describe('the documentation', () => {
  test.each(PAGES)('has no broken link in %s', (page) => {
    expect(
      linksOf(page)
        .filter(isBroken)
        .map(({ written }) => written),
    ).toEqual([]);
  });

  test('has no page that cannot be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const { path } of linksOf(page)) {
        const isFolder = existsSync(path) && statSync(path).isDirectory();
        const pages = isFolder ? markdownUnder(path) : [path];
        for (const each of pages) if (each.endsWith('.md') && existsSync(each)) reached.add(relative('.', each));
      }
    }
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
  });
});
