import { newSigner } from '../../../forge/x509.ts';
import { policyPaths } from '../../../compiler/index.ts';
import { type PolicyDocument, policyDocument, type FileAnswer } from '../../../apps/lsp/policy-document.ts';

/** A document and the places that its source marked. */
export interface Marked {
  readonly document: PolicyDocument;
  readonly text: string;
  /** The place of `<|>`, or the begin of the first `<|…|>`. */
  readonly offset: number;
  /** What stood between `<|` and `|>`, in order. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

const PATHS = policyPaths();

/** A document out of a text in which `<|>` marks a cursor and `<|…|>` a stretch. */
export function marked(source: string, files: Files = anySigners): Marked {
  const spans: { start: number; end: number }[] = [];
  let cursor: number | null = null;
  let text = '';
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('<|>', at)) {
      cursor ??= text.length;
      at += 3;
    } else if (source.startsWith('<|', at)) {
      spans.push({ start: text.length, end: text.length });
      at += 2;
    } else if (source.startsWith('|>', at)) {
      const open = spans.at(-1);
      if (open) open.end = text.length;
      at += 2;
    } else {
      text += source[at] ?? '';
      at += 1;
    }
  }
  return { document: documentOf(text, files), text, offset: cursor ?? spans[0]?.start ?? 0, spans };
}

/** A document of a plain text. */
export function documentOf(text: string, files: Files = anySigners): PolicyDocument {
  const given =
    typeof files === 'function' ? { readFile: files } : { readFile: anySigners, listFolder: files.listFolder };
  return policyDocument({ uri: 'file:///policies/distro.bootpol', version: 1, text, ...given }, PATHS);
}

/** How files are read, or what is in folders. */
type Files = PolicyDocument['readFile'] | Pick<PolicyDocument, 'listFolder'>;

const CERTIFICATE = new TextEncoder().encode(newSigner({ subject: 'Distro', key: 'p256' }).certificatePem);

/** Every path is a file with one and the same certificate. */
function anySigners(): FileAnswer {
  return CERTIFICATE;
}
