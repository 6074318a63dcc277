import type { OptionSpec } from './command.ts';

/** The option that hands an initrd on beside every file of a run. */
export const INITRD: OptionSpec = {
  name: 'initrd',
  value: 'FILE',
  repeatable: true,
  summary: 'an initrd that is handed on beside each file; several are joined, as boot loaders do',
};
