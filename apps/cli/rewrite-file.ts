import { randomBytes } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reasonOf } from './file-error.ts';
import { createFile } from './write-file.ts';

/**
 * Gives other contents to a file of the user's own. The file that a link leads to changes, not the link; its permissions stay.
 *
 * The bytes go to a new file in the same folder, which takes the name when it is complete: the file is never seen half written.
 *
 * @returns why nothing was written, or null.
 */
export function rewriteFile(path: string, bytes: Uint8Array): string | null {
  try {
    const real = realpathSync.native(path);
    const status = statSync(real);
    if (!status.isFile()) return 'it is no regular file';
    replace(real, bytes, status.mode);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function replace(real: string, bytes: Uint8Array, mode: number): void {
  const draft = join(dirname(real), `.${basename(real)}.${randomBytes(6).toString('hex')}`);
  createFile(draft, bytes, 0o600);
  try {
    chmodSync(draft, mode & 0o777);
    renameSync(draft, real);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
}
