import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTICS } from '../../../compiler/diagnostics/registry.ts';
import { codePages } from '../../../compiler/diagnostics/pages.ts';
import { checkExample, diagnosticGoldens, diagnosticPages } from '../../../scripts/generate-diagnostics.ts';

const PAGES = codePages();
const WITH_EXAMPLE = PAGES.filter(({ bad }) => bad !== '');

describe('the registry of diagnostics', () => {
  it('gives every code once, in the form BPnnnn', () => {
    const codes = PAGES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !/^BP\d{4}$/.test(code))).toEqual([]);
  });

  it.each(Object.entries(DIAGNOSTICS))('words the title of %s in one line without a final period', (_, { title }) => {
    expect(title).not.toMatch(/[.\n]$|^[A-Z]/);
  });

  it.each(WITH_EXAMPLE.map(({ code, bad }) => [code, bad]))('finds exactly %s in its bad example', (code, bad) => {
    const { diagnostics, plan } = checkExample(bad);
    expect([...new Set(diagnostics.map((diagnostic) => diagnostic.code))]).toEqual([code]);
    expect(plan === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  });

  it.each(Object.entries(DIAGNOSTICS))('finds nothing in the good example of %s', (_, { good }) => {
    const { diagnostics, plan } = checkExample(good);
    expect(diagnostics).toEqual([]);
    expect(plan).not.toBeNull();
  });

  it.each(PAGES.map(({ code, good }) => [code, good]))('does not find %s in its good example', (code, good) => {
    expect(checkExample(good).diagnostics.map((diagnostic) => diagnostic.code)).not.toContain(code);
  });

  it.each(WITH_EXAMPLE.map(({ code, bad }) => [code, bad]))('repairs the bad example of %s by its fixes', (_, bad) => {
    const { diagnostics } = checkExample(bad);
    for (const { code, fix } of diagnostics) {
      if (fix === null) continue;
      const repaired = bad.slice(0, fix.span.start) + fix.replacement + bad.slice(fix.span.end);
      expect(checkExample(repaired).diagnostics.filter((left) => left.code === code).length).toBeLessThan(
        diagnostics.length,
      );
    }
  });
});

describe('pages and goldens', () => {
  const pages = Object.entries(diagnosticPages());
  const goldens = Object.entries(diagnosticGoldens());

  it.each([...pages, ...goldens])('%s is up to date (npm run generate)', (path, content) => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(content);
  });

  it('has no page without a code', () => {
    expect(readdirSync('docs/diagnostics').sort()).toEqual(
      pages.map(([path]) => path.slice('docs/diagnostics/'.length)).sort(),
    );
  });

  it('has no golden without a code', () => {
    expect(readdirSync('test/golden/diagnostics').sort()).toEqual(WITH_EXAMPLE.map(({ code }) => code).sort());
  });

  it.each(goldens.filter(([path]) => path.endsWith('.txt')))('%s fits 80 columns', (_, text) => {
    const shown = text.slice(text.indexOf('\nDIAGNOSTICS\n'));
    expect(shown.split('\n').filter((line) => Array.from(line).length > 80)).toEqual([]);
  });
});
