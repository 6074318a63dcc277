import { PENDING } from '../contract/judgement.ts';
import type { FileFacts } from './file-facts.ts';

/** Asks until the answer is there, doing the file's work in between: for reports, which want every fact anyway. */
export async function ready<T>(file: FileFacts, ask: () => T | typeof PENDING): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== PENDING) return answer;
    await file.work.settle();
  }
}
