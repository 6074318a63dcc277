import type { DigestName } from '../../forge/index.ts';
import type { CommandIo } from './io.ts';
import { shownUri } from './signing-key.ts';

/** A signature that a token made, or why it did not. */
export type TokenSignature =
  | { readonly ok: true; readonly value: Uint8Array }
  | { readonly ok: false; readonly text: string };

/** Signs through the installed `openssl`: by its pkcs11 provider, or else by its pkcs11 engine. */
export function signWithToken(
  bytes: Uint8Array,
  how: { readonly uri: string; readonly digest: DigestName },
  io: CommandIo,
): TokenSignature {
  const digest = `-${how.digest}`;
  const ways = [
    ['provider', ['-provider', 'pkcs11', '-provider', 'default', '-sign', how.uri]],
    ['engine', ['-engine', 'pkcs11', '-keyform', 'engine', '-sign', how.uri]],
  ] as const;
  const complaints: string[] = [];
  for (const [name, words] of ways) {
    const run = io.runTool('openssl', ['dgst', digest, ...words], bytes);
    if (run.kind === 'missing') return { ok: false, text: 'PKCS#11 keys need the program `openssl`; install openssl' };
    if (run.kind === 'done') return { ok: true, value: run.bytes };
    complaints.push(`  ${name}: ${firstComplaint(run.text, how.uri)}\n`);
  }
  const packages = 'the package pkcs11-provider or libengine-pkcs11-openssl makes openssl know tokens';
  const text = `openssl cannot sign with \`${shownUri(how.uri)}\`; ${packages}:\n${complaints.join('')}`;
  return { ok: false, text: text.trimEnd() };
}

/** Openssl complains of one thing in many lines; the first says it. Nothing of the PIN may be among them. */
function firstComplaint(text: string, uri: string): string {
  const [line = ''] = text.replaceAll(uri, shownUri(uri)).split('\n');
  return shownUri(line);
}
