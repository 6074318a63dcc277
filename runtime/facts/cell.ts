import { PENDING, type Pending } from '../contract/judgement.ts';

/** Work that has begun for one file; the evaluator waits for all of it and asks again. */
export interface WorkList {
  /** Adds work under way. Its failure is ours or the machine's and surfaces in `settle`. */
  add(work: Promise<unknown>): void;
  /** Resolves when everything added so far is done, whoever waits for it too; rejects with the first failure. */
  settle(): Promise<void>;
}

/** Makes an empty work list. */
export function workList(): WorkList {
  const begun = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      begun.add(work);
      // A failure stays, so that everyone who waits is told of it.
      void work.then(
        () => begun.delete(work),
        () => undefined,
      );
    },
    settle: async () => {
      await Promise.all(begun);
    },
  };
}

/** A fact that is computed when first asked for, at most once. */
export interface Cell<T> {
  get(): T | Pending;
}

/** Makes a fact of a computation that may be synchronous or not. */
export function cell<T extends object>(work: WorkList, compute: () => T | Promise<T>): Cell<T> {
  let state: { readonly value: T } | 'idle' | 'begun' = 'idle';
  const begin = (): T | Pending => {
    const result = compute();
    if (!(result instanceof Promise)) {
      state = { value: result };
      return result;
    }
    state = 'begun';
    work.add(
      result.then((value) => {
        state = { value };
      }),
    );
    return PENDING;
  };
  return {
    get: () => {
      if (state === 'idle') return begin();
      if (state === 'begun') return PENDING;
      return state.value;
    },
  };
}
