import type { UncoveredStretch } from '../facts/uncovered.ts';
import { grouped } from '../bytes/grouped.ts';
import { layOut, plain, styled } from './columns.ts';
import { fieldLines } from './field-lines.ts';
import type {
  InspectedCertificate,
  InspectedPcrStatement,
  InspectedSignature,
  InspectedTimestamp,
  SignatureDetails,
} from './inspection.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

/** A signature for people: what it is, whether it holds, who made it and when, and which bytes it leaves out. */
export function signatureLines(signature: InspectedSignature, number: number): readonly Line[] {
  return [...stateLines(signature, `signature ${number}`), ...bodyLines(signature)];
}

function stateLines(signature: InspectedSignature, title: string): readonly Line[] {
  const facts = [signature.scheme, signature.digestAlgorithm ?? 'unreadable', keyText(signature)].filter(
    (fact) => fact !== '',
  );
  const left = [plain(`${title}  ${facts.join(', ')}: `), ...stateOf(signature)];
  return layOut({ indent: 2, hanging: 4, left, right: '' });
}

/** Without its signer's certificate nothing can be said of an appended signature but that. */
function stateOf({ intact, digest, digestMatches, details, pcr }: InspectedSignature): Line {
  const what = pcr === null ? 'digest' : 'policy';
  const absent = (details?.absentSigner ?? null) !== null;
  const digestState = digestMatches ? styled('good', `${what} matches`) : styled('bad', `${what} does not match`);
  if (absent && digest === null) return [styled('doubt', 'signer not embedded, not checked')];
  const state = absent
    ? styled('doubt', 'signer not embedded')
    : intact
      ? styled('good', 'intact')
      : styled('bad', 'not intact');
  return [state, plain(', '), digestState];
}

function bodyLines(signature: InspectedSignature): readonly Line[] {
  const { details } = signature;
  return [
    ...(signature.digestMatches || signature.digest === null ? [] : fieldLines('  states', signature.digest)),
    ...(signature.pcr === null ? [] : statementLines(signature.pcr)),
    ...signature.chain.flatMap((certificate, index) => [
      ...entry(index === 0 ? 'signer' : 'issuer', printable(certificate.subject)),
      ...fieldLines('  certificate', certificate.sha256),
      ...validityLines(certificate, details),
    ]),
    ...(details === null ? [] : detailLines(details)),
  ];
}

/** What a signature of PCR 11 is for. */
function statementLines({ registers, keyFingerprint, profile, phase }: InspectedPcrStatement): readonly Line[] {
  const which = [`PCR ${registers.join(', ')}`, ...(profile === null ? [] : [`profile @${profile}`])].join(', ');
  const when = phase === null ? '' : `, after ${phase === '' ? 'no phase' : printable(phase)}`;
  return [...entry('signs', `${which}${when}`), ...fieldLines('  key', keyFingerprint)];
}

function validityLines({ sha256 }: InspectedCertificate, details: SignatureDetails | null): readonly Line[] {
  const certificate = details?.certificates.find((candidate) => candidate.sha256 === sha256);
  if (certificate === undefined) return [];
  const days = `${certificate.notBefore.slice(0, 10)} to ${certificate.notAfter.slice(0, 10)}`;
  const uses = (certificate.extendedKeyUsage ?? []).map((oid) => PURPOSES.get(oid) ?? oid);
  return entry('valid', [days, ...uses].join(', '));
}

/** RFC 5280, section 4.2.1.12, and those that signers of boot images have. */
const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.3.1', 'for servers'],
  ['1.3.6.1.5.5.7.3.2', 'for clients'],
  ['1.3.6.1.5.5.7.3.3', 'for code'],
  ['1.3.6.1.5.5.7.3.4', 'for e-mail'],
  ['1.3.6.1.5.5.7.3.8', 'for timestamps'],
  ['1.3.6.1.4.1.2312.16.1.2', 'for kernel modules'],
]);

function detailLines(details: SignatureDetails): readonly Line[] {
  return [
    ...(details.absentSigner === null ? [] : entry('signer', printable(details.absentSigner))),
    ...(details.signingTime === null ? [] : entry('signed at', `${details.signingTime}, says the signer`)),
    ...details.timestamps.flatMap(timestampLines),
    ...details.uncovered.filter(isWorthSaying).flatMap(stretchLines),
    ...details.nested.flatMap((nested) => [...stateLines(nested, '  nested'), ...bodyLines(nested)]),
  ];
}

function timestampLines({ kind, time, sound, signer, findings }: InspectedTimestamp): readonly Line[] {
  const who = signer === null ? 'nobody who is known' : printable(signer.subject);
  const state = sound ? styled('good', 'sound') : styled('bad', findings[0]?.text ?? 'not sound');
  const label = kind === 'rfc3161' ? 'timestamp' : 'old stamp';
  return layOut({
    indent: 4,
    hanging: 16,
    left: [plain(`${label.padEnd(12)}${time ?? 'no time'} by ${who}: `), state],
    right: '',
  });
}

/** What is outside every digest by design is outside every one; zeros between sections are no news either. */
function isWorthSaying({ structural, zero }: UncoveredStretch): boolean {
  return !structural && !zero;
}

function stretchLines({ range: [start, end], name }: UncoveredStretch): readonly Line[] {
  const count = end - start;
  const text = `${grouped(count)} byte${count === 1 ? '' : 's'} at ${grouped(start)}: ${printable(name)}`;
  return layOut({ indent: 4, hanging: 16, left: [plain('leaves out  '), styled('doubt', text)], right: '' });
}

function entry(label: string, text: string): readonly Line[] {
  return layOut({ indent: 4, hanging: 16, left: [plain(`${label.padEnd(12)}${text}`)], right: '' });
}

function keyText(signature: InspectedSignature): string {
  return [signature.keyAlgorithm, signature.keyBits].filter((part) => part !== null).join(' ');
}
