import type { Plan } from '../../runtime/contract/plan.ts';
import { literal } from './es-literal.ts';

/** Declarations of the module of a plan: the caller's options name every param of the policy. */
export function declarationText({ policy, digest, signers }: Plan): string {
  const params = signers
    .filter(({ param }) => param)
    .map(({ name }) => `  readonly ${text(name)}: readonly Anchor[];\n`);
  const trust = params.length === 0 ? 'export type Trust = Readonly<Record<string, never>>;' : trustText(params);
  return `import type { Anchor, Examination, FileFacts, JudgeOptions, Verdict, VerifyOptions } from 'bootpol/runtime';

/** The policy that this module was made from. */
export declare const policy: {
  readonly name: ${text(policy.name)};
  readonly version: ${policy.version === null ? 'null' : String(policy.version)};
  readonly description: ${policy.description === null ? 'null' : text(policy.description)};
  /** SHA-256 of what the policy means, lower-case hex. */
  readonly digest: ${text(digest)};
};

/** Anchors for every param of the policy. */
${trust}

/** Judges a file under the policy. */
export interface Verify {
  /** Never throws for what the file holds. */
  (bytes: Uint8Array, options: Omit<VerifyOptions, 'trust'> & { readonly trust: Trust }): Promise<Verdict>;
  /** The same for a file whose facts are shared with other policies. */
  judge(file: FileFacts, options: Omit<JudgeOptions, 'trust'> & { readonly trust: Trust }): Promise<Verdict>;
  /** The same, with what each view leaves unprotected. */
  examine(file: FileFacts, options: Omit<JudgeOptions, 'trust'> & { readonly trust: Trust }): Promise<Examination>;
}

export declare const verify: Verify;
`;
}

function trustText(params: readonly string[]): string {
  return `export interface Trust {\n${params.join('')}}`;
}

function text(value: string): string {
  return literal(value, new Map());
}
