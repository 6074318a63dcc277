import type { InspectedLayer, InspectedSignature } from '../../index.ts';
import { isLayerKind, type ObservedLayer, type ObservedSignature } from '../../compiler/index.ts';

/** What was found in a layer and below it, or which layer cannot be described, and why. */
export type Observation =
  | { readonly ok: true; readonly layer: ObservedLayer }
  | { readonly ok: false; readonly text: string };

/** Turns an inspection into the material of a starter policy. A layer with a fault is not described. */
export function observe(layer: InspectedLayer, parentPath: string): Observation {
  const { kind, fault } = layer;
  if (fault !== null) return refuse(layer, `${fault.text} (${fault.layer} @ 0x${hexOffset(fault.offsetBytes)})`);
  if (!isLayerKind(kind)) return refuse(layer, `nothing that boots is known to look like it`);
  const broken = layer.signatures.find((signature) => isOfFile(signature) && !isSound(signature));
  if (broken !== undefined && parentPath === '') return refuse(layer, brokenText(broken));
  const children: ObservedLayer[] = [];
  for (const child of layer.children) {
    const inner = observe(child, layer.path);
    if (!inner.ok) return inner;
    children.push(inner.layer);
  }
  const { profile, section } = placeOf(layer, parentPath);
  const own = layer.signatures.filter((signature) => isOfFile(signature) && isSound(signature));
  const told = { kind, section, profile, sha256: layer.sha256, arch: layer.arch, children };
  return { ok: true, layer: { ...told, ...contentsOf(layer), ...signersOf(own) } };
}

function refuse({ path }: InspectedLayer, text: string): Observation {
  return { ok: false, text: `\`${path}\` cannot be described: ${text}` };
}

function hexOffset(offsetBytes: number): string {
  return offsetBytes.toString(16).padStart(7, '0');
}

/** Signatures of scheme `pcr` are about the machine that boots, not about who made the file. */
function isOfFile({ scheme }: InspectedSignature): boolean {
  return scheme === 'authenticode' || scheme === 'appended';
}

/** A signer whose certificate is elsewhere cannot be held to anything, and is not believed either. */
function isSound({ digestMatches, intact, signer, details }: InspectedSignature): boolean {
  return (signer === null && (details?.absentSigner ?? null) !== null) || (digestMatches && intact);
}

function brokenText({ digestMatches, findings }: InspectedSignature): string {
  const reason =
    findings[0]?.text ?? (digestMatches ? 'it does not verify' : 'these are not the bytes that were signed');
  return `its signature does not hold: ${reason}`;
}

/** A child's path is its parent's, the profile where it belongs to one, and the name of its section. */
function placeOf({ path, kind }: InspectedLayer, parentPath: string): Pick<ObservedLayer, 'profile' | 'section'> {
  const [, profile = null, name = ''] = /^\/(?:@(\d+)\/)?(.*?)(?:#\d+)?$/s.exec(path.slice(parentPath.length)) ?? [];
  return { profile: parentPath === '' ? null : profile, section: kind === 'section' ? name : null };
}

type Contents = Pick<ObservedLayer, 'compression' | 'flags' | 'sbat' | 'systemId' | 'says'>;

function contentsOf({ kind, compression, properties, sbat, fields, text }: InspectedLayer): Contents {
  const release = properties['release'];
  return {
    compression: compression?.split('+') ?? [],
    flags: Object.fromEntries(
      Object.entries(properties).flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, value]] : [])),
    ),
    sbat: sbat ?? [],
    systemId: kind === 'osrel' ? (fields?.['ID'] ?? null) : null,
    says: SAYING.includes(kind) ? text : typeof release === 'string' ? release : null,
  };
}

const SAYING: readonly string[] = ['cmdline', 'uname', 'profile'];

function signersOf(own: readonly InspectedSignature[]): Pick<ObservedLayer, 'signatures' | 'unknownSigners'> {
  return {
    signatures: own.flatMap(observedSignature),
    unknownSigners: own.flatMap(({ signer, details }) =>
      signer === null ? [details?.absentSigner ?? 'somebody'] : [],
    ),
  };
}

function observedSignature(signature: InspectedSignature): readonly ObservedSignature[] {
  const { scheme, digestAlgorithm, keyAlgorithm, keyBits, signer, chain } = signature;
  const anchor = chain.at(-1) ?? signer;
  if (signer === null || anchor === null || digestAlgorithm === null) return [];
  if (scheme !== 'authenticode' && scheme !== 'appended') return [];
  const key = { family: keyAlgorithm ?? 'other', bits: keyBits };
  return [{ scheme, digest: digestAlgorithm, key, signer: signer.sha256, anchor }];
}
