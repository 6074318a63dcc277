import { exampleAfter } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** BP06xx: statements that are understood and not acted upon yet. */
export const LATER_CODES = {
  BP0602: {
    severity: 'warning',
    title: 'this assertion is parsed and not checked yet',
    page: 'This release reads `assert` statements, but it does not prove them. The policy may break what the statement asserts.',
    bad: exampleAfter('assert no uncovered byte at file'),
    good: exampleAfter(''),
  },
  BP0603: {
    severity: 'error',
    title: '`import` is not available yet',
    page: 'An imported policy adds requirements. A release that cannot read it must refuse the policy, because leaving the import out would accept more than its author allows. Copy the requirements for now.',
    bad: exampleAfter('import "base.bootpol" sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
    good: exampleAfter(''),
  },
} as const satisfies Record<string, DiagnosticSpec>;
