import type { RunCase, RunFinding, RunReport } from '../../../runtime/report/run-report.ts';

/** A finding with what matters to the test. */
export function finding(given: Partial<RunFinding> = {}): RunFinding {
  return {
    rule: 'inner',
    level: 'error',
    certainty: 'decided',
    message: 'at kexec: inner does not hold on zboot/image\nno signature on the Image (zboot/image)',
    place: { kind: 'bytes', layer: 'zboot/image', offsetBytes: 64, lengthBytes: 8 },
    asked: { kind: 'text', file: 'policies/distro.bootpol', line: 14, column: 5, endLine: 14, endColumn: 5 },
    waiver: null,
    fix: null,
    fingerprint: 'ab'.repeat(32),
    state: null,
    ...given,
  };
}

/** A case with what matters to the test. */
export function runCase(given: Partial<RunCase> = {}): RunCase {
  const findings = given.findings ?? [finding()];
  return {
    suite: 'distro',
    group: 'kexec',
    name: 'boot/vmlinuz.efi',
    file: 'boot/vmlinuz.efi',
    sha256: '1'.repeat(64),
    line: null,
    outcome: findings.length === 0 ? 'passed' : 'failed',
    word: findings.length === 0 ? 'accept' : 'reject',
    findings,
    ...given,
  };
}

/** A run of some cases. */
export function runReport(cases: readonly RunCase[], rules: RunReport['rules'] = []): RunReport {
  return { command: 'verify', cases, rules };
}

/** Text that would break every format that did not escape it. */
export const HOSTILE = 'a<b>&"\'`|\\]]>::error::%0A*_[x](y)\u0001\ud800';
