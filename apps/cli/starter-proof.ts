import { type Bindings, compile, type FileFacts, readAnchorFile, type Verdict } from '../../index.ts';
import { type ObservedImage, type Starter, type StarterOptions, starterPolicy } from '../../compiler/index.ts';

/** One file that a starter policy is made from. */
export interface StarterMaterial {
  readonly image: ObservedImage;
  readonly facts: FileFacts;
  /** PEM of all certificates in it, by SHA-256. */
  readonly certificates: ReadonlyMap<string, string>;
}

/** A starter policy that accepts everything it was made from. */
export interface ProvedStarter {
  readonly ok: true;
  readonly text: string;
  readonly certificates: readonly { readonly name: string; readonly pem: string }[];
}

type Proof = ProvedStarter | { readonly ok: false; readonly lines: readonly string[] };

type Wishes = Pick<StarterOptions, 'name' | 'signerFiles'> & { readonly at: Date };

/** The strictest first. */
const PROFILES = ['strict', 'edk2', 'shim', 'linux'] as const;

/**
 * Makes a policy and judges every file by it before anybody gets to see it.
 *
 * A trait that does not hold is left out, and where the rules of `strict` refuse a file, those of an enforcer are tried.
 * Who signed it, and the digest of what nobody signed, are never left out: then there is no policy.
 */
export async function proveStarter(materials: readonly StarterMaterial[], wishes: Wishes): Promise<Proof> {
  let first: readonly string[] = [];
  for (const like of PROFILES) {
    const trial = await tryProfile(materials, { ...wishes, like, without: new Set() });
    if (trial.ok) return trial;
    if (like === 'strict') first = trial.lines;
  }
  return { ok: false, lines: first };
}

async function tryProfile(
  materials: readonly StarterMaterial[],
  options: StarterOptions & { readonly at: Date },
): Promise<Proof> {
  const images = materials.map(({ image }) => image);
  const starter = starterPolicy(images, options);
  const certificates = certificatesOf(starter, materials);
  const judged = await judgeAll(materials, { starter, certificates, options });
  if (judged.lines.length === 0) return { ok: true, text: starter.text, certificates };
  const without = new Set([...options.without, ...judged.failed.filter((name) => starter.traits.includes(name))]);
  if (without.size === options.without.size) return { ok: false, lines: judged.lines };
  return tryProfile(materials, { ...options, without });
}

function certificatesOf({ signers }: Starter, materials: readonly StarterMaterial[]): ProvedStarter['certificates'] {
  return signers.map(({ name, sha256 }) => {
    const pem = materials.flatMap(({ certificates }) => certificates.get(sha256) ?? [])[0];
    if (pem === undefined) throw new Error(`the certificate of \`${name}\` was in the file and is not any more`);
    return { name, pem };
  });
}

interface Trial {
  readonly starter: Starter;
  readonly certificates: ProvedStarter['certificates'];
  readonly options: StarterOptions & { readonly at: Date };
}

interface Judged {
  /** What is wrong; nothing when every file is accepted. */
  readonly lines: readonly string[];
  /** Names of requirements that did not hold. */
  readonly failed: readonly string[];
}

async function judgeAll(materials: readonly StarterMaterial[], trial: Trial): Promise<Judged> {
  const { starter, certificates, options } = trial;
  const files = new Map(certificates.map(({ name, pem }) => [options.signerFiles?.(name) ?? name, pem]));
  const compiled = compile(starter.text, { readFile: (path) => bytesOf(files.get(path)) });
  const { verifier, diagnostics } = compiled;
  if (verifier === null || diagnostics.length > 0) return { lines: diagnostics.map(({ title }) => title), failed: [] };
  const judged: Judged[] = [];
  for (const { image, facts } of materials) {
    const trust = options.signerFiles === null ? bindings(certificates) : {};
    judged.push(linesOf(image.name, await verifier.judge(facts, { trust, at: options.at })));
  }
  return { lines: judged.flatMap(({ lines }) => lines), failed: judged.flatMap(({ failed }) => failed) };
}

function bytesOf(pem: string | undefined): Uint8Array | null {
  return pem === undefined ? null : new TextEncoder().encode(pem);
}

function bindings(certificates: ProvedStarter['certificates']): Bindings {
  return Object.fromEntries(
    certificates.map(({ name, pem }) => {
      const read = readAnchorFile(new TextEncoder().encode(pem), name);
      return [name, read.ok ? read.anchors : []];
    }),
  );
}

function linesOf(file: string, { verdict, views }: Verdict): Judged {
  if (verdict === 'accept') return { lines: [], failed: [] };
  const failed = views.flatMap(({ requirements }) => requirements.filter(({ outcome }) => outcome !== 'satisfied'));
  const reasons = [...views.flatMap((view) => view.reasons), ...failed.flatMap((one) => reasonsOf(one))];
  const lines = reasons.map(({ text, layer, offsetBytes }) => {
    return `\`${file}\`: ${text} (${layer} @ 0x${offsetBytes.toString(16).padStart(7, '0')})`;
  });
  return {
    lines: lines.length > 0 ? [...new Set(lines)] : [`\`${file}\` is not accepted by its own description`],
    failed: failed.map(({ name }) => name),
  };
}

type Failed = Verdict['views'][number]['requirements'][number];

function reasonsOf({ reasons, proof }: Failed): Failed['reasons'] {
  return [...reasons, ...leaves(proof)];
}

function leaves(proof: Failed['proof']): Failed['reasons'] {
  return proof === null ? [] : [...proof.reasons, ...proof.children.flatMap(leaves)];
}
