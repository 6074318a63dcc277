import type { Layer, Part } from './layer.ts';
import { once } from '../bytes/once.ts';
import { peelLayer } from './peel.ts';
import { budgetOf, type ReadOptions } from './read-file.ts';

/**
 * The same tree with every kernel Image cut at the end of its certificate table, as kexec-tools 2.0.31 does
 * (kexec/kexec-pe-zboot.c) to undo the zeros that packing adds up to image_size.
 *
 * An Image without a certificate table, or with one that ends at or behind the file's end, stays as it is. The part that
 * an Image came from, and its `origin`, still describe the bytes as packed.
 */
export function trimToCertificateTable(layer: Layer, options: ReadOptions): Layer {
  const end = layer.kind === 'image' ? endOfCertificateTable(layer) : null;
  if (end !== null) return cutImage(layer, end, options);
  const parts = once(() => layer.parts.map((part) => trimPart(part, options)));
  return {
    kind: layer.kind,
    path: layer.path,
    bytes: layer.bytes,
    origin: layer.origin,
    get arch() {
      return layer.arch;
    },
    get compression() {
      return layer.compression;
    },
    get fault() {
      return layer.fault;
    },
    get findings() {
      return layer.findings;
    },
    get regions() {
      return layer.regions;
    },
    get parts() {
      return parts();
    },
    get pe() {
      return layer.pe;
    },
    get header() {
      return layer.header;
    },
  };
}

function endOfCertificateTable(layer: Layer): number | null {
  const table = layer.pe?.certificateTable ?? null;
  if (table === null || table.offsetBytes === 0 || table.sizeBytes === 0) return null;
  const end = table.offsetBytes + table.sizeBytes;
  return end < layer.bytes.length ? end : null;
}

function cutImage(layer: Layer, end: number, options: ReadOptions): Layer {
  const { path, origin } = layer;
  const bytes = layer.bytes.subarray(0, end);
  const source = { kind: 'image' as const, path, bytes, codec: origin?.codec ?? 'none', depth: 1, origin, fault: null };
  return peelLayer(source, budgetOf(options, null));
}

function trimPart(part: Part, options: ReadOptions): Part {
  const { slot, path, kind, profile, range, locatedBy, codec } = part;
  const open = once(() => trimToCertificateTable(part.open(), options));
  return { slot, path, kind, profile, range, locatedBy, codec, open };
}
