import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../index.ts';
import { reasonOf } from '../cli/file-error.ts';
import { runPolicyTests } from '../cli/policy-test.ts';
import type { LspHost, TestRunAnswer } from './host.ts';
import type { FileAnswer, FolderEntry, PolicyDocument } from './policy-document.ts';
import { fileUri } from './policy-files.ts';

/** No file that a policy names is larger: db and dbx have some kilobytes, policies and bundles of certificates some hundred. */
const LARGEST_FILE_BYTES = 8 * 2 ** 20;

/** A machine with a disk: files are read beside the policy. */
export function nodeHost(): LspHost {
  return {
    readFile: (policyUri, path) => {
      const place = placeOf(policyUri, path);
      return place === null ? { missing: 'the policy is not saved as a file' } : read(place);
    },
    listFolder: (policyUri, path) => {
      const place = placeOf(policyUri, path);
      return place === null ? [] : list(place);
    },
    runTests: testsOf,
    today: () => new Date().toISOString().slice(0, 10),
    now: () => performance.now(),
  };
}

function read(place: string): FileAnswer {
  try {
    const state = statSync(place);
    if (!state.isFile()) return { missing: 'it is not a regular file' };
    if (state.size > LARGEST_FILE_BYTES) return { missing: `it has ${String(state.size)} bytes` };
    return new Uint8Array(readFileSync(place));
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

/** Of a folder that people look through; no more of one with more. */
const MOST_ENTRIES = 2_000;

function list(place: string): readonly FolderEntry[] {
  try {
    const entries = readdirSync(place, { withFileTypes: true });
    return entries.slice(0, MOST_ENTRIES).flatMap((entry) => entryOf(entry, place));
  } catch {
    return [];
  }
}

function entryOf(entry: Dirent, folder: string): readonly FolderEntry[] {
  const { name } = entry;
  const state = entry.isSymbolicLink() ? statSync(join(folder, name), { throwIfNoEntry: false }) : entry;
  if (state?.isDirectory() === true) return [{ name, kind: 'folder' }];
  return state?.isFile() === true ? [{ name, kind: 'file' }] : [];
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

async function testsOf({ reading, readFile }: PolicyDocument): Promise<TestRunAnswer> {
  const { name, text } = reading.source;
  const { plan, tests } = compile(text, { fileName: name, readFile });
  if (plan === null || tests === null) return { ok: false, text: 'tests run when the policy has no errors' };
  return {
    ok: true,
    report: await runPolicyTests({ file: name, plan, tests, at: new Date(), leastCoveragePercent: 0 }),
  };
}
