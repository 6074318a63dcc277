import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../runtime/contract/verdict.ts';
import { plainPaint } from '../../../runtime/report/paint.ts';
import { renderVerdictText } from '../../../runtime/report/verdict-text.ts';
import { composite, covered, reason, requirement, verdict, view } from './sample-verdict.ts';

const HIDDEN = reason('outer signature is not visible', 'zboot/image');
const NO_SIGNATURE = reason('no signature on the Image', 'zboot/image');

describe('a verdict in text', () => {
  test('says in one line that every view accepts', () => {
    const quiet = [view('firmware', 'accept', []), view('kexec', 'accept', [])];
    expect(brief(verdict('accept', quiet))).toBe('ACCEPT  vmlinuz.efi   distro-arm64 v7   at firmware, kexec\n');
  });

  test('shows a refusal with its branches, the reasons and their places', () => {
    const branches = [covered('ours', 'false', [HIDDEN]), covered('ring', 'false', [NO_SIGNATURE])];
    const inner = requirement({ proof: composite('any', 'false', branches) });
    const proof = covered('distro', 'false', [reason('0 of 31,457,280 bytes', 'uki/.initrd', 0x1a4000)]);
    const rd = requirement({ name: 'rd', layer: 'uki/.initrd', proof });
    expect(brief(verdict('reject', [view('kexec', 'reject', [inner, rd])]))).toBe(
      [
        'REJECT  vmlinuz.efi   distro-arm64 v7   at kexec',
        '  ✗ inner  any of (closest branch first)                       distro.bootpol:14',
        '      ✗ covered by ours  outer signature is not visible              zboot/image',
        '      ✗ covered by ring  no signature on the Image                   zboot/image',
        '  ✗ rd     covered by distro                                   distro.bootpol:14',
        '      0 of 31,457,280 bytes                              uki/.initrd @ 0x01a4000',
        '',
      ].join('\n'),
    );
  });

  test('puts the branch that lacks least first', () => {
    const far = composite('all', 'false', [covered('one', 'false'), covered('two', 'false'), covered('three', 'true')]);
    const near = composite('all', 'false', [covered('four', 'false'), covered('five', 'true')]);
    const text = brief(
      verdict('reject', [view('v', 'reject', [requirement({ proof: composite('any', 'false', [far, near]) })])]),
    );
    expect(text.indexOf('four')).toBeGreaterThan(0);
    expect(text.indexOf('four')).toBeLessThan(text.indexOf('one'));
    expect(text).not.toContain('three');
  });

  test('marks what a `forbid` found as wrong, and leaves out what it did not find', () => {
    const proof = composite('any', 'true', [covered('found', 'true'), covered('missing', 'false')]);
    const text = brief(verdict('reject', [view('v', 'reject', [requirement({ mode: 'forbid', proof })])]));
    expect(text).toContain('✗ inner  forbid any of');
    expect(text).toContain('✗ covered by found');
    expect(text).not.toContain('missing');
  });

  test('turns the marks round under `none of`', () => {
    const proof = composite('none', 'false', [covered('found', 'true'), covered('missing', 'false')]);
    const text = brief(verdict('reject', [view('v', 'reject', [requirement({ proof })])]));
    expect(text).toContain('✗ covered by found');
    expect(text).not.toContain('missing');
  });

  test('shows with `explain` what holds, too', () => {
    const text = explained(
      verdict('accept', [view('v', 'accept', [requirement({ outcome: 'satisfied', proof: covered('ours', 'true') })])]),
    );
    expect(text).toContain('✓ inner  covered by ours');
  });

  test.each([
    ['undecided', 'undecided', '?'],
    ['warned', 'accept-with-warnings', '!'],
    ['waived', 'accept-waived', '~'],
  ] as const)('gives a requirement that is %s its own mark', (outcome, name, mark) => {
    const one = requirement({
      outcome,
      proof: covered('ours', 'false'),
      waiver: outcome === 'waived' ? 'REL-412' : null,
    });
    const text = brief(verdict(name, [view('v', name, [one])]));
    expect(text).toContain(`  ${mark} inner  covered by ours`);
    expect(text.includes('waived: REL-412')).toBe(outcome === 'waived');
  });

  test('says why a view as a whole refuses', () => {
    const refusing = { ...view('kexec', 'reject', []), reasons: [reason('no loader knows the format', 'uki')] };
    expect(brief(verdict('reject', [refusing]))).toContain('  ✗ no loader knows the format');
  });

  test('stays within 80 columns, whatever the names are', () => {
    const long = 'x'.repeat(200);
    const proof = covered(long, 'false', [reason(`a ${long} b`, `uki/${long}`, 4096)]);
    const one = requirement({ name: long, layer: long, proof });
    const text = renderVerdictText(`/${long}/vmlinuz`, verdict('reject', [view(long, 'reject', [one])]), {
      detail: 'explain',
      paint: plainPaint,
    });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('sends no terminal escape out of a file name or a reason', () => {
    const proof = covered('ours', 'false', [reason('CN=\u001b[2J', 'uki/.\u001bx')]);
    const text = renderVerdictText(
      '\u001b]0;x\u0007.efi',
      verdict('reject', [view('v', 'reject', [requirement({ proof })])]),
      { detail: 'brief', paint: plainPaint },
    );
    expect(Array.from(text).filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  });
});

function brief(given: Verdict): string {
  return renderVerdictText('vmlinuz.efi', given, { detail: 'brief', paint: plainPaint });
}

function explained(given: Verdict): string {
  return renderVerdictText('vmlinuz.efi', given, { detail: 'explain', paint: plainPaint });
}
