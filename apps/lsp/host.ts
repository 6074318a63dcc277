import type { PolicyTestReport } from '../../index.ts';
import type { InsertForm } from './completion.ts';
import type { FileAnswer, FolderEntry, PolicyDocument } from './policy-document.ts';

/** What the server needs of where it runs. */
export interface LspHost {
  /** Reads a file that the policy at the URI names, its path as the policy states it. */
  readonly readFile: (policyUri: string, path: string) => FileAnswer;
  /** What is in a folder, its path relative to the policy at the URI; empty where that cannot be known. */
  readonly listFolder: (policyUri: string, path: string) => readonly FolderEntry[];
  /** Runs the tests of a policy; null where images cannot be forged. */
  readonly runTests: ((document: PolicyDocument) => Promise<TestRunAnswer>) | null;
  /** The day, `YYYY-MM-DD` in UTC. */
  readonly today: () => string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** What running tests gave, or why they cannot be run. */
export type TestRunAnswer =
  | { readonly ok: true; readonly report: PolicyTestReport }
  | { readonly ok: false; readonly text: string };

/** What the editor can do, as far as the server minds. */
export interface ClientAbilities {
  insertForm: InsertForm;
  watchesFiles: 'yes' | 'no';
  refreshesLenses: 'yes' | 'no';
  /** Whether edits can say of which version of a document they are. */
  editForm: 'of a version' | 'plain';
  hoverForm: 'markdown' | 'plain text';
  session: 'not begun' | 'open' | 'over';
}
