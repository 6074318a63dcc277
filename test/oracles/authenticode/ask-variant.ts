import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authenticodeDigest } from '../../../forge/authenticode-digest.ts';
import { forgeEsl } from '../../../forge/esl.ts';
import { pemOf } from '../../../forge/x509.ts';
import type { EnforcerVerdict } from '../../../runtime/trust/compare.ts';
import { type BootpolAnswers, bootpolAnswers, bootpolOfTime, bootpolReading, UNNAMED } from './bootpol-answers.ts';
import type { Cast } from './cast.ts';
import type { Comparison } from './comparison.ts';
import { type Construction, type Dimension, USUAL } from './dimensions.ts';
import { forgeVariant } from './forge-variant.ts';
import { ask, type Said, type Tool } from './tools.ts';
import { ALL_DIMENSIONS, type Variant } from './variants.ts';

/** Forges a variant into `folder` and puts every question that it raises to the tools and to bootpol. */
export async function askVariant(variant: Variant, cast: Cast, folder: string): Promise<readonly Comparison[]> {
  const { bytes, chain } = forgeVariant(variant.construction, cast);
  const anchor = chain.anchor.certificateDer;
  const listed = Buffer.from(authenticodeDigest(bytes, 'sha256', 'specification'));
  const files = writeFiles(join(folder, variant.name.replaceAll(/[^a-z0-9]+/g, '-')), { bytes, anchor, listed });
  const bootpol = await bootpolAnswers(bytes, anchor, listed.toString('hex'));
  const scene: Scene = { variant, cast, bytes, anchor, files, bootpol };
  const asked = ASKING.filter(({ about }) => about(variant.construction)).map((asking) => asking.ask(scene));
  return (await Promise.all(asked)).flat();
}

interface Files {
  readonly image: string;
  readonly pem: string;
  readonly der: string;
  readonly list: string;
  /** Without its extension, for more. */
  readonly path: string;
}

interface Scene {
  readonly variant: Variant;
  readonly cast: Cast;
  readonly bytes: Uint8Array;
  readonly anchor: Uint8Array;
  readonly files: Files;
  readonly bootpol: BootpolAnswers;
}

interface Asking {
  /** Which files the question is put about: those whose making can change the answer. */
  readonly about: (construction: Construction) => boolean;
  readonly ask: (scene: Scene) => Promise<readonly Comparison[]>;
}

const ASKING: readonly Asking[] = [
  { about: () => true, ask: askSbverify },
  { about: () => true, ask: askOsslsigncode },
  { about: (made) => made.entries === 'timestamp' && isUsualBut('entries', 'chain')(made), ask: askOsslsigncodeOfTime },
  { about: isUsualBut('digest', 'entries', 'table', 'layout', 'image', 'message'), ask: askPesigcheckOfDigest },
  { about: isUsualBut('chain'), ask: askPesigcheckOfTrust },
  { about: isUsualBut('entries', 'table', 'layout', 'image'), ask: askPesignOfDigest },
  { about: isUsualBut('entries', 'chain'), ask: askPesignOfSigners },
  { about: isUsualBut('layout'), ask: askSbsign },
];

function isUsualBut(...dimensions: readonly Dimension[]): (construction: Construction) => boolean {
  return (construction) => ALL_DIMENSIONS.every((one) => dimensions.includes(one) || construction[one] === USUAL[one]);
}

async function askSbverify({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('sbverify', ['--verbose', '--cert', files.pem, files.image]);
  const readsEntries = isUsualBut('entries', 'chain')(variant.construction);
  const embedded = [...said.text.matchAll(/image signature certificates:\n((?:(?: - subject| {3}issuer):.*\n)*)/g)];
  const lists = embedded.map(([, list = '']) => [...list.matchAll(/subject: \/(.*)/g)].map(([, name = '']) => name));
  return [
    ...verdicts({ variant, tool: 'sbverify', question: 'trusted', said }, bootpol.trusted),
    ...(readsEntries
      ? [
          read(
            { variant, tool: 'sbverify', question: 'certificates', said },
            listed(lists),
            listed(bootpol.certificates),
          ),
        ]
      : []),
  ];
}

async function askOsslsigncode({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('osslsigncode', ['verify', '-ignore-timestamp', '-CAfile', files.pem, '-in', files.image]);
  const digest = (label: string): string =>
    new RegExp(`${label} message digest *: ([0-9A-F]+)`).exec(said.text)?.[1]?.toLowerCase() ?? 'none';
  return [
    ...verdicts({ variant, tool: 'osslsigncode', question: 'trusted', said }, bootpol.trusted),
    read({ variant, tool: 'osslsigncode', question: 'signed-digest', said }, digest('Current'), bootpol.stated),
    read({ variant, tool: 'osslsigncode', question: 'own-digest', said }, digest('Calculated'), bootpol.computed),
  ];
}

async function askOsslsigncodeOfTime({ variant, cast, bytes, anchor, files }: Scene): Promise<readonly Comparison[]> {
  const authority = `${files.path}.tsa.pem`;
  writeFileSync(authority, cast.timestamper.certificatePem);
  const trust = ['-CAfile', files.pem, '-TSA-CAfile', authority];
  const said = await ask('osslsigncode', ['verify', ...trust, '-in', files.image]);
  const expected = await bootpolOfTime(bytes, [anchor, cast.timestamper.certificateDer]);
  return [
    {
      variant,
      tool: 'osslsigncode',
      question: 'stamped',
      party: 'strict',
      said: answerOf(said),
      ...expected,
      text: said.text,
    },
  ];
}

async function askPesigcheckOfDigest({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('pesigcheck', ['-n', '0', '-D', files.list, '-i', files.image]);
  // a kernel has no list of image digests, and `strict` is nobody's firmware
  const firmware = bootpol.listed.filter(({ name }) => name === 'edk2' || name === 'shim');
  return verdicts({ variant, tool: 'pesigcheck', question: 'listed', said }, firmware);
}

async function askPesigcheckOfTrust({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('pesigcheck', ['-n', '0', '-c', files.der, '-i', files.image]);
  return verdicts({ variant, tool: 'pesigcheck', question: 'trusted', said }, bootpol.trusted);
}

async function askPesignOfDigest({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('pesign', ['-h', '-i', files.image]);
  const hash = /hash: ([0-9a-f]{64})/.exec(said.text)?.[1] ?? 'none';
  return [read({ variant, tool: 'pesign', question: 'digest', said }, hash, bootpol.sha256)];
}

async function askPesignOfSigners({ variant, files, bootpol }: Scene): Promise<readonly Comparison[]> {
  const said = await ask('pesign', ['-S', '-i', files.image]);
  const lines = [...said.text.matchAll(/No signer common name|signer's common name is (.*)/g)];
  const names = lines.map(([, name]) => (name === undefined ? UNNAMED : `CN=${name}`));
  return [read({ variant, tool: 'pesign', question: 'signers', said }, valueOf(names), valueOf(bootpol.signers))];
}

/** sbsign adds a signature: the digest that it states is its own. */
async function askSbsign({ variant, cast, files }: Scene): Promise<readonly Comparison[]> {
  const key = `${files.path}.key`;
  const certificate = `${files.path}.signer.pem`;
  const output = `${files.path}.signed`;
  writeFileSync(key, cast.stranger.privateKey?.export({ type: 'pkcs8', format: 'pem' }) ?? '');
  writeFileSync(certificate, cast.stranger.certificatePem);
  const said = await ask('sbsign', ['--key', key, '--cert', certificate, '--output', output, files.image]);
  const signed = said.status === 0 ? await bootpolReading(new Uint8Array(readFileSync(output))) : null;
  return [
    read({ variant, tool: 'sbsign', question: 'digest', said }, signed?.lastStated ?? 'none', signed?.sha256 ?? null),
  ];
}

interface Verdict {
  readonly variant: Variant;
  readonly tool: Tool;
  readonly question: 'trusted' | 'listed';
  readonly said: Said;
}

function verdicts(
  { variant, tool, question, said }: Verdict,
  parties: readonly EnforcerVerdict[],
): readonly Comparison[] {
  return parties.map(({ name, verdict, decisive }) => ({
    variant,
    question,
    tool,
    party: name,
    said: answerOf(said),
    expected: verdict === 'accept' ? 'takes' : 'refuses',
    rule: decisive?.code ?? null,
    text: said.text,
  }));
}

/** A question for a value, which the readers answer. */
function read(
  put: Omit<Verdict, 'question'> & Pick<Comparison, 'question'>,
  value: string,
  expected: string | null,
): Comparison {
  const { said, ...about } = put;
  const answer = said.status === null ? 'crashes' : value;
  return { ...about, party: 'reader', said: answer, expected: expected ?? 'none', rule: null, text: said.text };
}

/** One value of what was said of each entry. */
function valueOf(entries: readonly string[]): string {
  return entries.length === 0 ? 'none' : entries.join('; ');
}

function listed(entries: readonly (readonly string[])[]): string {
  return valueOf(entries.map((list) => list.join(', ')));
}

function answerOf({ status }: Said): string {
  if (status === null) return 'crashes';
  return status === 0 ? 'takes' : 'refuses';
}

function writeFiles(path: string, contents: FileContents): Files {
  const files: Files = {
    path,
    image: `${path}.efi`,
    pem: `${path}.pem`,
    der: `${path}.der`,
    list: `${path}.esl`,
  };
  writeFileSync(files.image, contents.bytes);
  writeFileSync(files.pem, pemOf(contents.anchor));
  writeFileSync(files.der, contents.anchor);
  writeFileSync(files.list, forgeEsl({ type: 'sha256', data: contents.listed }));
  return files;
}

interface FileContents {
  readonly bytes: Uint8Array;
  readonly anchor: Uint8Array;
  readonly listed: Uint8Array;
}
