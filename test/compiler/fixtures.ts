import { createHash } from 'node:crypto';
import {
  checkPolicy,
  type CompileOptions,
  type Plan,
  renderDiagnostics,
  type SignerFile,
} from '../../compiler/index.ts';

/** Options that know every signer file: each holds one certificate of its own, or for `….pub.…` a bare key. */
export const OPTIONS: CompileOptions = {
  fileName: 'distro.bootpol',
  loadSigners: signersOf,
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
};

/** Header and signers of a policy, on three lines, then the statements. */
export function policyText(statements: string): string {
  return `language 1\npolicy example\nsigners distro = file "distro.pem"\n${statements}\n`;
}

/** The codes found in a policy, in the order of its text, but for those of lints that look at a whole policy. */
export function codesOf(text: string, options: CompileOptions = OPTIONS): readonly string[] {
  return allCodesOf(text, options).filter((code) => code < 'BP0510' || code > 'BP0599');
}

/** The codes found in a policy, those of lints among them, in the order of its text. */
export function allCodesOf(text: string, options: CompileOptions = OPTIONS): readonly string[] {
  return checkPolicy(text, options).diagnostics.map(({ code }) => code);
}

/** The plan of a policy that has no errors. */
export function planOf(text: string, options: CompileOptions = OPTIONS): Plan {
  const { plan, diagnostics, source } = checkPolicy(text, options);
  if (plan === null) throw new Error(renderDiagnostics(diagnostics, source));
  return plan;
}

function signersOf(path: string): SignerFile {
  const sha256 = createHash('sha256').update(path).digest('hex');
  if (path.includes('.pub.'))
    return { ok: true, format: 'pem', anchors: [{ kind: 'public-key', spki: 'MAA=', sha256 }] };
  return { ok: true, format: 'pem', anchors: [{ kind: 'certificate', der: 'MAA=', sha256, subject: `CN=${path}` }] };
}
