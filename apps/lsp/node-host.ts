import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAnchorFile } from '../../index.ts';
import { checkPolicy } from '../../compiler/index.ts';
import { policyHash } from '../../policy-hash.ts';
import { reasonOf } from '../cli/file-error.ts';
import { runPolicyTests } from '../cli/policy-test.ts';
import type { LspHost, TestRunAnswer } from './host.ts';
import type { PolicyDocument, SignerFileAnswer } from './policy-document.ts';
import { fileUri } from './references.ts';

/** No signer file is larger: db and dbx have some kilobytes, a bundle of certificates some hundred. */
const LARGEST_SIGNER_FILE_BYTES = 8 * 2 ** 20;

/** A machine with a disk: signer files are read beside the policy, and again only when they have changed. */
export function nodeHost(): LspHost {
  const known = new Map<string, { readonly changed: string; readonly answer: SignerFileAnswer }>();
  return {
    signerFile: (policyUri, path) => {
      const place = placeOf(policyUri, path);
      if (place === null) return { missing: 'the policy is not saved as a file' };
      try {
        const state = statSync(place);
        const { mtimeMs, size } = state;
        if (!state.isFile()) return { missing: 'it is not a regular file' };
        if (size > LARGEST_SIGNER_FILE_BYTES) return { missing: `it has ${String(size)} bytes` };
        const changed = `${String(mtimeMs)} ${String(size)}`;
        const last = known.get(place);
        if (last?.changed === changed) return last.answer;
        const answer = readAnchorFile(new Uint8Array(readFileSync(place)), path);
        known.set(place, { changed, answer });
        return answer;
      } catch (error) {
        return { missing: reasonOf(error) };
      }
    },
    runTests: testsOf,
    today: () => new Date().toISOString().slice(0, 10),
    now: () => performance.now(),
  };
}

function placeOf(policyUri: string, path: string): string | null {
  const uri = fileUri(policyUri, path);
  if (uri?.startsWith('file:') !== true) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

async function testsOf({ reading, signerFile }: PolicyDocument): Promise<TestRunAnswer> {
  const { name, text } = reading.source;
  const { plan, tests } = checkPolicy(text, { fileName: name, loadSigners: signerFile, sha256: policyHash });
  if (plan === null || tests === null) return { ok: false, text: 'tests run when the policy has no errors' };
  return {
    ok: true,
    report: await runPolicyTests({ file: name, plan, tests, at: new Date(), leastCoveragePercent: 0 }),
  };
}
