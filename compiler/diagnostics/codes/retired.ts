/** What is still said of a code that no release gives any more. */
export interface RetiredCode {
  readonly title: string;
  /** Why it went, and what came in its place. */
  readonly page: string;
}

/** Codes of earlier releases. They are never given to another fault, and keep their pages. */
export const RETIRED_CODES: Readonly<Record<string, RetiredCode>> = {
  BP0601: {
    title: 'test "…" is parsed and not run yet',
    page: 'Tests are run by `bootpol test`.',
  },
  BP0602: {
    title: 'this assertion is parsed and not checked yet',
    page: 'Assertions are checked, of the policy by `check` (see [BP0803](BP0803.md) and [BP0804](BP0804.md)) and of every file by `verify`.',
  },
  BP0603: {
    title: '`import` is not available yet',
    page: 'Imports are carried out. What can be wrong with one is said by [BP0701](BP0701.md) to [BP0708](BP0708.md).',
  },
};
