import { createHash } from 'node:crypto';
import { policyPaths } from '../../../compiler/index.ts';
import { type PolicyDocument, policyDocument, type SignerFileAnswer } from '../../../apps/lsp/policy-document.ts';

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
export function marked(source: string, signerFile: (path: string) => SignerFileAnswer = anySigners): Marked {
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
  return { document: documentOf(text, signerFile), text, offset: cursor ?? spans[0]?.start ?? 0, spans };
}

/** A document of a plain text. */
export function documentOf(text: string, signerFile: (path: string) => SignerFileAnswer = anySigners): PolicyDocument {
  return policyDocument({ uri: 'file:///policies/distro.bootpol', version: 1, text, signerFile }, PATHS);
}

/** Every path is a file with one certificate of its own. */
function anySigners(path: string): SignerFileAnswer {
  const sha256 = createHash('sha256').update(path).digest('hex');
  return { ok: true, format: 'pem', anchors: [{ kind: 'certificate', der: 'MAA=', sha256, subject: `CN=${path}` }] };
}
