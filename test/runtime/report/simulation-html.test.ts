import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { simulationChanges } from '../../../runtime/report/simulation-changes.ts';
import { renderSimulationHtml } from '../../../runtime/report/simulation-html.ts';
import { renderSimulationMarkdown } from '../../../runtime/report/simulation-markdown.ts';
import { simulationReportSchema } from '../../../runtime/report/simulation-schema.ts';
import { sampleReport } from './simulation-sample.ts';

describe('the HTML report', () => {
  const page = renderSimulationHtml(sampleReport());

  test('is made of a report that keeps to the schema', () => {
    expect(simulationReportSchema.safeParse(sampleReport()).success).toBe(true);
  });

  test('has one script and one style, and its policy allows these and nothing else', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    const hash = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain(
      `content="default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/\sstyle=|\son\w+=|https?:|javascript:1\)"/);
  });

  test('escapes every text that a file or a policy can hold', () => {
    expect(page).toContain('&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#39;&#38;|`x`[a](javascript:1)');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toMatch(/[\u001b\u202e]/u);
    const quotes = page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '').match(/<[^>]*>/g) ?? [];
    for (const tag of quotes) expect(tag.split('"').length % 2, tag).toBe(1);
  });

  test('has a cell for every view of every readable file, with words for those who do not see the mark', () => {
    const cells = page.match(/<td class="(accept|reject|undecided)[^"]*"><a /g) ?? [];
    expect(cells).toHaveLength(6);
    expect(page).toContain('aria-label="3: accepted, its initrd is loaded unprotected">+<small>I−</small>');
    expect(page.match(/<td colspan="3" class="unreadable">/g)).toHaveLength(1);
    expect(page).not.toMatch(/<th(?![^>]* (scope|colspan)=)[ >]/);
  });

  test('links only to places that it has', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
    expect(ids.size).toBe([...page.matchAll(/ id="/g)].length);
  });

  test('draws of each layer how its bytes are covered', () => {
    expect(page).toMatch(/<rect class="direct" x="0.0" width="900.0" height="16"><title>signed directly by A /);
    expect(page).toContain(
      '<rect class="uncovered" x="900.0" width="50.0" height="16"><title>uncovered: 0x384 to 0x3b6, 50 bytes',
    );
    expect(page).toContain('<i class="swatch uncovered"></i>uncovered 5.0 %');
  });

  test('says in its head what trust in embedded certificates is worth', () => {
    expect(page).toContain('<code>ring</code> stand for whoever signed the image at hand');
    const bound = sampleReport({ trust: [] });
    expect(renderSimulationHtml(bound)).not.toContain('whoever signed');
  });

  test('is the same for the same report', () => {
    expect(renderSimulationHtml(sampleReport())).toBe(page);
  });

  test('shows changes against a baseline, and groups', () => {
    const report = sampleReport({ baseline: 0, groupBy: 'arch' });
    const shown = renderSimulationHtml({ ...report, changes: simulationChanges(report) });
    expect(shown).toContain('<h2 id="changes-title">Against first</h2>');
    expect(shown).toContain('<td class="bad">newly refused</td><td class="number">2</td>');
    expect(shown).toContain('<td class="bad">newly unprotected</td><td class="number">2</td>');
    expect(shown.match(/<table class="matrix">/g)).toHaveLength(2);
  });
});

describe('the Markdown report', () => {
  test('holds no markup of a file or a policy', () => {
    const page = renderSimulationMarkdown(sampleReport());
    expect(page).not.toMatch(/<script|\]\(javascript|\u001b/);
    const rows = page.split('\n').filter((line) => line.startsWith('| dir'));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
  });
});
