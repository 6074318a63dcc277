import { createHash } from 'node:crypto';
import {
  checkPolicy,
  isDiagnosticCode,
  renderDiagnostics,
  RETIRED_CODES,
  type SignerFile,
  type CodePage,
  codePages,
} from '../compiler/index.ts';
import { exampleImport } from './example-imports.ts';

/** `docs/diagnostics/`: one page a code, and a list of all: `{ path: content }`. */
export function diagnosticPages(): Readonly<Record<string, string>> {
  const pages = codePages();
  const files = pages.map((page) => [`docs/diagnostics/${page.code}.md`, pageText(page)] as const);
  const retired = Object.entries(RETIRED_CODES).map(
    ([code, { title, page }]) => [`docs/diagnostics/${code}.md`, `# ${code}: ${title}\n\nRetired. ${page}\n`] as const,
  );
  return Object.fromEntries([['docs/diagnostics/README.md', listText(pages)], ...files, ...retired]);
}

/** `test/golden/diagnostics/`: the bad example of every code, with what is said of it: `{ path: content }`. */
export function diagnosticGoldens(): Readonly<Record<string, string>> {
  const files = codePages()
    .filter(({ bad }) => bad !== '')
    .flatMap(({ code, bad }) => [
      [`test/golden/diagnostics/${code}/policy.bootpol`, bad] as const,
      [`test/golden/diagnostics/${code}/expected.txt`, `SOURCE\n${bad}\nDIAGNOSTICS\n${diagnosticsOf(bad)}`] as const,
    ]);
  return Object.fromEntries(files);
}

/** Checks an example policy as the pages do: on 1 June 2026, with the signer files that examples may name. */
export function checkExample(text: string) {
  return checkPolicy(text, {
    fileName: 'policy.bootpol',
    loadSigners: exampleSigners,
    loadPolicy: exampleImport,
    at: '2026-06-01',
    lastDayOf: (anchor) => (anchor.kind === 'certificate' && anchor.subject.includes('expired') ? '2026-01-31' : null),
    sha256: (plan) => createHash('sha256').update(plan).digest('hex'),
  });
}

function exampleSigners(path: string): SignerFile {
  if (path.startsWith('broken')) {
    return {
      ok: false,
      code: 'anchor-unknown-format',
      text: 'neither PEM nor DER nor a signature list',
      offsetBytes: 0,
    };
  }
  if (path.startsWith('empty')) return { ok: true, format: 'esl', anchors: [] };
  if (path.startsWith('missing')) return { missing: 'no such file' };
  const sha256 = createHash('sha256').update(path).digest('hex');
  if (path.includes('.pub.'))
    return { ok: true, format: 'pem', anchors: [{ kind: 'public-key', spki: 'MAA=', sha256 }] };
  const anchor = { kind: 'certificate', der: 'MAA=', sha256, subject: `CN=${path}` } as const;
  return { ok: true, format: 'pem', anchors: path.startsWith('twice') ? [anchor, anchor] : [anchor] };
}

function diagnosticsOf(text: string): string {
  const { diagnostics, source } = checkExample(text);
  return renderDiagnostics(diagnostics, source);
}

function pageText({ code, severity, title, page, bad, good }: CodePage): string {
  const head = `# ${code}: ${title}\n\n${severity === 'error' ? 'Error' : 'Warning'}. ${page}\n`;
  if (bad === '') return head;
  const marked = isDiagnosticCode(code) ? '' : ' (a part of a policy)';
  return `${head}
## Example${marked}

${fenced('bootpol', bad)}
${fenced('text', diagnosticsOf(bad))}
## Repaired

${fenced('bootpol', good)}`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\`\`\`\n`;
}

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['BP00', 'Syntax'],
  ['BP01', 'Names'],
  ['BP02', 'Values and types'],
  ['BP03', 'Shape and meaning'],
  ['BP04', 'Views'],
  ['BP05', 'Warnings'],
  ['BP06', 'Tests'],
  ['BP07', 'Imports'],
  ['BP08', 'Assertions'],
];

function listText(pages: readonly CodePage[]): string {
  const groups = GROUPS.map(([prefix, title]) => {
    const rows = pages
      .filter(({ code }) => code.startsWith(prefix))
      .map(({ code, title: text }) => `- [${code}](${code}.md) ${text}`);
    return `## ${title}\n\n${rows.join('\n')}\n`;
  });
  const retired = Object.entries(RETIRED_CODES).map(([code, { title }]) => `- [${code}](${code}.md) ${title}`);
  return `# Diagnostics

Every fault of a policy has a permanent code and a page. The pages are generated from the registries in
\`grammar/syntax-error.ts\` and \`compiler/diagnostics/\` by \`npm run generate\`.

${groups.join('\n')}
## Retired

No release gives these any more, and they are never given to another fault.

${retired.join('\n')}
`;
}
