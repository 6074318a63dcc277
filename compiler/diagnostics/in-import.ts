import type { Source, Span } from '../../grammar/source.ts';
import { printable } from './text.ts';
import type { Diagnostic } from './diagnostic.ts';

/** An imported file, and where the policy itself states the import that leads to it. */
export interface ImportedPlace {
  readonly source: Source;
  readonly statedAt: Span;
}

/**
 * A fault of an imported file as a fault of the policy that imports it: placed at the `import`, with the place in the
 * imported file as a second one. It has no fix, since that would change the other file.
 */
export function inImport(diagnostic: Diagnostic, { source, statedAt }: ImportedPlace): Diagnostic {
  const inner = diagnostic.labels.map((label) => ({ ...label, source: label.source ?? source }));
  return {
    ...diagnostic,
    title: `in \`${printable(source.name)}\`: ${diagnostic.title}`,
    labels: [{ span: statedAt, text: 'imported here', primary: true }, ...inner],
    fix: null,
  };
}
