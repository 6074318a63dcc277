import { base64Of } from './bytes/base64.ts';
import type { FileFacts } from './facts/file-facts.ts';
import type { LayerNode } from './facts/node.ts';
import { ready } from './facts/ready.ts';

/**
 * Every certificate that the signatures of a file embed, as PEM text (RFC 7468), by the SHA-256 of its DER encoding.
 *
 * Opens every layer. Nothing is said about whether a signature is sound, or a certificate worth any trust.
 */
export async function embeddedCertificates(file: FileFacts): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await collect(file.root, file, found);
  return found;
}

async function collect(node: LayerNode, file: FileFacts, found: Map<string, string>): Promise<void> {
  const layer = node.layer();
  const { pe } = layer;
  const appended = await ready(file, () => file.appendedOf(layer));
  const table = pe === null ? null : await ready(file, () => file.signaturesOf(pe));
  for (const { certificates } of [...appended.signatures, ...(table?.signatures ?? [])]) {
    for (const { sha256, der } of certificates) found.set(sha256, pemText(der));
  }
  for (const child of node.children()) await collect(child, file, found);
}

function pemText(der: Uint8Array): string {
  const lines = base64Of(der).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
