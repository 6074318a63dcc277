import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderSimulationHtml } from '../../runtime/report/simulation-html.ts';
import { HOSTILE, sampleReport } from '../runtime/report/simulation-sample.ts';

// The HTML report in a real browser, as Debian packages it.
const folder = mkdtempSync(join(tmpdir(), 'bootpol-html-'));
const FILES = 200;
const WIDTH = 1400;
const HEIGHT = 1000;

describe('the HTML report in Chromium', () => {
  beforeAll(() => {
    const { error } = spawnSync('chromium', ['--version']);
    if (error !== undefined) throw new Error('chromium is not installed (Debian package chromium)');
    writeFileSync(join(folder, 'report.html'), page);
    writeFileSync(join(folder, 'keys.html'), withKeys(page));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const sample = sampleReport();
  const [first] = sample.files;
  if (first === undefined) throw new Error('the sample has no file');
  const files = Array.from({ length: FILES }, (_, index) => ({ ...first, file: `dir/${String(index)} ${HOSTILE}` }));
  const page = renderSimulationHtml({ ...sample, files });

  test('runs its script under its own policy, without a word on the console, for 200 images', () => {
    const { stdout, stderr } = chromium(['--enable-logging=stderr', '--dump-dom'], 'report.html');
    expect(stderr.split('\n').filter((line) => line.includes('CONSOLE'))).toEqual([]);
    expect(stdout).toMatch(/<html lang="en" data-ready="yes">/);
    expect(stdout.match(/<td class="(accept|reject)[^"]*"><a /g)).toHaveLength(3 * FILES);
    expect(stdout.match(/<article /g)).toHaveLength(FILES);
    // What a hostile name holds stays text.
    expect(stdout.match(/<script/g)).toHaveLength(1);
  });

  test('moves by keys through the matrix and the images, and opens the reasons of a cell', () => {
    const { stdout } = chromium(['--dump-dom'], 'keys.html');
    const [, told = ''] = /data-told="([^"]*)"/.exec(stdout) ?? [];
    expect(told.split(' ')).toEqual([
      '#f0-0',
      '#f0-1',
      '#f1-1',
      'f0',
      'f1',
      'f0',
      'folders:1',
      'shown:1',
      '1-of-200',
      'open:f7-1',
    ]);
  });

  test('paints a page of the asked size that is not blank', () => {
    const picture = join(folder, 'page.png');
    chromium(
      [`--window-size=${String(WIDTH)},${String(HEIGHT)}`, '--hide-scrollbars', `--screenshot=${picture}`],
      'report.html',
    );
    const png = readFileSync(picture);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([WIDTH, HEIGHT]);
    const rows = scanLines(png);
    expect(rows).toHaveLength(HEIGHT);
    // Text and cells make rows differ; an empty page is one row repeated.
    expect(new Set(rows).size).toBeGreaterThan(200);
  });

  function chromium(options: readonly string[], name: string) {
    const words = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(folder, 'profile')}`,
      ...options,
    ];
    const run = spawnSync('chromium', [...words, `file://${join(folder, name)}`], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(run.status, run.stderr).toBe(0);
    return run;
  }
});

/** The page with a script that presses keys and writes down where the focus is; its policy must go for that. */
function withKeys(page: string): string {
  const script = `
    const told = [];
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const focus = () => told.push(document.activeElement.getAttribute('href') ?? document.activeElement.id);
    press('m'); focus();
    press('ArrowRight'); focus();
    press('ArrowDown'); focus();
    document.activeElement.blur();
    press('j'); focus(); press('j'); focus(); press('k'); focus();
    const filter = document.getElementById('filter');
    filter.value = '199 ';
    filter.dispatchEvent(new Event('input'));
    told.push('folders:' + document.querySelectorAll('tr.folder:not([hidden])').length, 'shown:' + document.querySelectorAll('article.image:not([hidden])').length, document.getElementById('shown').textContent.replaceAll(' ', '-'));
    filter.value = ''; filter.dispatchEvent(new Event('input'));
    addEventListener('hashchange', () => {
      told.push('open:' + [...document.querySelectorAll('details[open]')].map((each) => each.id).join());
      document.documentElement.dataset.told = told.join(' ');
    });
    location.hash = '#f7-1';
  `;
  return page
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace('</body>', () => `<script>${script}</script></body>`);
}

/** The filtered scan lines of a PNG (PNG specification, section 9): enough to tell whether they are all alike. */
function scanLines(png: Buffer): readonly string[] {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bytes = inflateSync(Buffer.concat(data));
  const lineBytes = bytes.length / png.readUInt32BE(20);
  return Array.from({ length: png.readUInt32BE(20) }, (_, row) =>
    bytes.toString('latin1', row * lineBytes, (row + 1) * lineBytes),
  );
}
