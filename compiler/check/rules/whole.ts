import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { BlockStatement, Policy } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import type { Reach } from './nesting.ts';

/**
 * Checks what a policy must have as a whole: its language, a name, an artifact, a requirement. What is imported needs
 * only the first two; and its requirements do not make up for one of the policy itself.
 */
export function checkWhole(reach: Reach, context: CheckContext): void {
  checkLanguage(context);
  checkHeader(context);
  if (context.role === 'whole') checkStatements(reach, context);
}

function checkStatements(reach: Reach, context: CheckContext): void {
  const { policy, report } = context;
  const artifact = firstBlock('artifact', policy);
  const start = policy.header?.span ?? { start: policy.span.start, end: policy.span.start };
  if (artifact === null) {
    const help = 'declare what a file may be: `artifact zboot { … }`';
    report(diagnose('BP0304', { values: {}, at: firstBlock('layer', policy)?.layer.span ?? start, help }));
  } else if (reach.ownRequirements === 0 && reach.layers > 0) {
    const help = 'state what must hold: `require signature: signed by NAME`';
    report(diagnose('BP0305', { values: {}, at: artifact.layer.span, help }));
  }
}

function firstBlock(kind: 'artifact' | 'layer', policy: Policy): BlockStatement | null {
  for (const statement of policy.statements) {
    if ((statement.kind === 'artifact' || statement.kind === 'layer') && statement.kind === kind) return statement;
  }
  return null;
}

/** The one version of the language that this release knows. */
const LANGUAGE_VERSION = 1;

function checkLanguage({ policy, report }: CheckContext): void {
  const { language } = policy;
  if (language === null) {
    const at = { start: 0, end: 0 };
    const fix = { span: at, replacement: 'language 1\n', certainty: 'certain' } as const;
    report(diagnose('BP0301', { values: {}, at, help: 'begin with `language 1`', fix }));
  } else if (language.version !== LANGUAGE_VERSION) {
    const help = 'this release knows `language 1`';
    report(diagnose('BP0302', { values: { version: String(language.version) }, at: language.span, help }));
  }
}

function checkHeader({ policy, report }: CheckContext): void {
  if (policy.header !== null) return;
  const at = policy.language?.span ?? { start: 0, end: 0 };
  report(diagnose('BP0303', { values: {}, at, help: 'add a line such as `policy my-kernels version 1`' }));
}
