import { type Anchor, anchorFacts, type AnchorFacts } from '../../index.ts';
import { type ast, pathFrom, STRANGER } from '../../compiler/index.ts';
import { KEYWORD_DOCS } from './keyword-docs.ts';
import { codeMarkdown, textMarkdown } from './markdown.ts';
import { type PolicyDocument, type SignerFileAnswer, signerFileOf } from './policy-document.ts';
import { type PolicyFile, policyFiles } from './policy-files.ts';

/** A signer set, of this policy or of one that it imports: where its anchors come from, and who they are. */
export function signersMarkdown(name: string, document: PolicyDocument): string | null {
  const files = policyFiles(document);
  const found = files.find(({ reading }) => declarationIn(reading.policy, name) !== undefined);
  const declared = found && declarationIn(found.reading.policy, name);
  if (found === undefined || declared === undefined)
    return name === STRANGER ? `**${STRANGER}**: ${KEYWORD_DOCS.stranger ?? ''}` : null;
  const from = found.path === null ? '' : `\n\nDeclared in ${codeMarkdown(found.path)}.`;
  return `**${name}**: ${sourceMarkdown(declared, found, document)}${from}`;
}

type Declaration = ast.SignersStatement | ast.ParamStatement;

function declarationIn({ statements }: ast.Policy, name: string): Declaration | undefined {
  return statements
    .filter((statement) => statement.kind === 'signers' || statement.kind === 'param')
    .find((statement) => statement.name.text === name);
}

function sourceMarkdown(declared: Declaration, { path }: PolicyFile, document: PolicyDocument): string {
  if (declared.kind === 'param') return `a signer set that the caller binds: \`--bind ${declared.name.text}=FILE\``;
  const { source } = declared;
  if (source.kind === 'sets') return `the union of ${source.names.map(({ text }) => `\`${text}\``).join(', ')}`;
  // Signer files of an imported policy lie beside that.
  const place = path === null ? source.path.value : pathFrom(path, source.path.value);
  return signerFileMarkdown(place, signerFileOf(document, place));
}

/** A signer file: its form, and of each certificate subject, issuer, validity, key and digest. */
export function signerFileMarkdown(path: string, answer: SignerFileAnswer): string {
  const file = codeMarkdown(path);
  if ('missing' in answer) return `${file} cannot be read: ${textMarkdown(answer.missing)}`;
  if (!answer.ok) return `${file} is no signer file: ${textMarkdown(answer.text)} (byte ${String(answer.offsetBytes)})`;
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
  if (facts === null) return `- **${textMarkdown(anchor.subject)}**\n- SHA-256 \`${anchor.sha256}\``;
  return [
    `- subject **${textMarkdown(facts.subject)}**`,
    `- issuer ${facts.issuer === facts.subject ? 'itself' : textMarkdown(facts.issuer)}`,
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
