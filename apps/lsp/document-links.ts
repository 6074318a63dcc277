import type { DocumentLink } from 'vscode-languageserver';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { fileUri } from './policy-files.ts';
import { namedFiles } from './policy-places.ts';

/** The files that a policy names, as links. */
export function documentLinksOf({ reading, uri }: PolicyDocument): readonly DocumentLink[] {
  return namedFiles(reading.policy).flatMap(({ value, span }) => {
    const target = fileUri(uri, value);
    const inside = { start: span.start + 1, end: span.end - 1 };
    return target === null ? [] : [{ range: rangeOf(reading.source, inside), target }];
  });
}
