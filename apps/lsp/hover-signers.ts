import { type Anchor, anchorFacts, type AnchorFacts, printable } from '../../index.ts';
import { STRANGER } from '../../compiler/index.ts';
import { KEYWORD_DOCS } from './keyword-docs.ts';
import { type PolicyDocument, type SignerFileAnswer, signerFileOf } from './policy-document.ts';

/** A signer set: where its anchors come from, and who they are. */
export function signersMarkdown(name: string, document: PolicyDocument): string | null {
  const { policy } = document.reading;
  const declared = policy.statements.find(
    (statement) => (statement.kind === 'signers' || statement.kind === 'param') && statement.name.text === name,
  );
  if (declared === undefined) return name === STRANGER ? `**${STRANGER}**: ${KEYWORD_DOCS.stranger ?? ''}` : null;
  if (declared.kind === 'param') return `**${name}**: a signer set that the caller binds: \`--bind ${name}=FILE\``;
  if (declared.kind !== 'signers') return null;
  const { source } = declared;
  if (source.kind === 'file')
    return `**${name}**: ${signerFileMarkdown(source.path.value, signerFileOf(document, source.path.value))}`;
  return `**${name}**: the union of ${source.names.map(({ text }) => `\`${text}\``).join(', ')}`;
}

/** A signer file: its form, and of each certificate subject, issuer, validity, key and digest. */
export function signerFileMarkdown(path: string, answer: SignerFileAnswer): string {
  const file = code(path);
  if ('missing' in answer) return `${file} cannot be read: ${plain(answer.missing)}`;
  if (!answer.ok) return `${file} is no signer file: ${plain(answer.text)} (byte ${String(answer.offsetBytes)})`;
  const { anchors, format } = answer;
  const shown = anchors.slice(0, SHOWN_ANCHORS).map(anchorMarkdown);
  const more = anchors.length > SHOWN_ANCHORS ? [`and ${String(anchors.length - SHOWN_ANCHORS)} more`] : [];
  const count = `${String(anchors.length)} ${anchors.length === 1 ? 'entry' : 'entries'}`;
  return [`${file} (${FORMATS[format]}, ${count})`, ...shown, ...more].join('\n\n');
}

const SHOWN_ANCHORS = 8;
const FORMATS = { pem: 'PEM', der: 'DER', esl: 'EFI signature list', auth: 'signed EFI variable' } as const;

function anchorMarkdown(anchor: Anchor): string {
  if (anchor.kind === 'image-digest') return `- digest of an image: \`${anchor.algorithm}:${anchor.hex}\``;
  if (anchor.kind === 'tbs-digest') {
    const since = anchor.revokedFrom === null ? '' : `, from ${anchor.revokedFrom}`;
    return `- digest of a certificate: \`${anchor.algorithm}:${anchor.hex}\`${since}`;
  }
  if (anchor.kind === 'public-key') return `- a bare public key, SHA-256 \`${anchor.sha256}\``;
  const facts = factsOf(anchor);
  if (facts === null) return `- **${plain(anchor.subject)}**\n- SHA-256 \`${anchor.sha256}\``;
  return [
    `- subject **${plain(facts.subject)}**`,
    `- issuer ${facts.issuer === facts.subject ? 'itself' : plain(facts.issuer)}`,
    `- valid ${day(facts.notBefore)} to ${day(facts.notAfter)}`,
    `- key ${facts.key}`,
    `- SHA-256 \`${facts.sha256}\``,
  ].join('\n');
}

function factsOf(anchor: Extract<Anchor, { kind: 'certificate' }>): AnchorFacts | null {
  try {
    return anchorFacts(anchor);
  } catch {
    return null;
  }
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unreadable date' : date.toISOString().slice(0, 10);
}

/** Text from a file, harmless in Markdown and in a terminal. */
function plain(text: string): string {
  return printable(text).replace(/[`*_<>[\]\\#!|~&]/g, (sign) => `\\${sign}`);
}

/** The same as code. */
function code(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}
