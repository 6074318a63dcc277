import { describe, expect, test } from 'vitest';
import { renderRunGithub } from '../../../runtime/report/run-github.ts';
import { renderRunGitlab } from '../../../runtime/report/run-gitlab.ts';
import { renderRunMarkdown } from '../../../runtime/report/run-markdown.ts';
import { GITLAB_REPORT } from './report-schemas.ts';
import { finding, HOSTILE, runCase, runReport } from './sample-run.ts';

describe('GitHub annotations', () => {
  test('point at the line of the policy, and name the image', () => {
    expect(renderRunGithub(runReport([runCase()]))).toBe(
      '::error file=policies/distro.bootpol,line=14,col=5,title=inner%3A boot/vmlinuz.efi::at kexec: inner does not hold on zboot/image%0Ano signature on the Image (zboot/image)\n',
    );
  });

  test.each([
    ['error', null, null, '::error '],
    ['warning', null, null, '::warning '],
    ['note', 'REL-412', null, '::notice '],
    ['error', null, 'known', '::notice '],
    ['error', null, 'new', '::error '],
  ] as const)('say a finding of level %s, waived %s, state %s as %s', (level, waiver, state, command) => {
    const text = renderRunGithub(runReport([runCase({ findings: [finding({ level, waiver, state })] })]));
    expect(text.startsWith(command)).toBe(true);
  });

  test('are one line each, whatever the texts hold', () => {
    const hostile = finding({ rule: 'a,b:c\nd', message: `${HOSTILE}\r\n::stop-commands::x` });
    const text = renderRunGithub(runReport([runCase({ findings: [hostile] })]));
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('title=a%2Cb%3Ac%0Ad%3A boot/vmlinuz.efi::');
    expect(text).toContain('%250A');
  });
});

describe('GitLab code quality', () => {
  test('has every field that GitLab wants', () => {
    const text = renderRunGitlab(
      runReport([runCase(), runCase({ findings: [finding({ asked: null, level: 'warning' })] })]),
    );
    expect(GITLAB_REPORT.parse(JSON.parse(text))).toMatchObject([
      {
        severity: 'critical',
        check_name: 'inner',
        location: { path: 'policies/distro.bootpol', lines: { begin: 14 } },
      },
      { severity: 'minor', location: { path: 'boot/vmlinuz.efi', lines: { begin: 1 } } },
    ]);
  });

  test('is an empty list where nothing was found', () => {
    expect(renderRunGitlab(runReport([runCase({ findings: [] })]))).toBe('[]\n');
  });
});

describe('the Markdown summary', () => {
  test('counts outcomes and lists findings with their places', () => {
    const text = renderRunMarkdown(runReport([runCase(), runCase({ findings: [], word: 'accept-with-warnings' })]));
    expect(text).toBe(
      [
        '## bootpol verify: 1 case of 2 failed',
        '',
        '| outcome | cases |',
        '| --- | --- |',
        '| reject | 1 |',
        '| accept-with-warnings | 1 |',
        '',
        '|  | what | rule | why | where |',
        '| --- | --- | --- | --- | --- |',
        '| error | `boot/vmlinuz.efi at kexec` | `inner` | at kexec: inner does not hold on zboot/image<br>no signature on the Image (zboot/image) | `zboot/image @ 0x0000040`<br>`policies/distro.bootpol:14` |',
        '',
      ].join('\n'),
    );
  });

  test('lets no text out of its cell', () => {
    const hostile = runCase({ name: '`|`', findings: [finding({ message: '<script>| *x* `y` [a](b) @team' })] });
    const [row = ''] = renderRunMarkdown(runReport([hostile]))
      .split('\n')
      .slice(-2);
    expect(row).toContain('<code>&#96;&#124;&#96; at kexec</code>');
    expect(row).toContain('\\<script\\>\\| \\*x\\* \\`y\\` \\[a\\](b) \\@team');
  });

  test.each(['a\\|<img src=x>', 'a``|b', '\\'])('lets no name out of its cell: %s', (name) => {
    const [row = ''] = renderRunMarkdown(runReport([runCase({ name })]))
      .split('\n')
      .slice(-2);
    expect(row.match(/\|/g)).toHaveLength(6);
    expect(row).not.toMatch(/<img|`a|\\/);
  });
});
