import { findingsOf, type RunReport } from './run-report.ts';

/** SARIF's list of artifacts, and how results refer to it. */
export interface SarifArtifacts {
  readonly list: readonly object[];
  file(path: string): object;
  layer(path: string, layer: string): object;
}

/**
 * Every file that a run looked at, the policies that it names, and, within images, the layers that findings are in
 * (SARIF 2.1.0, sections 3.24.3 and 3.24.7: an artifact within another, `parentIndex`).
 */
export function sarifArtifacts(report: RunReport): SarifArtifacts {
  const list: object[] = [];
  const indexes = new Map<string, number>();
  const add = (key: string, artifact: object): number => {
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, list.length);
    return list.push(artifact) - 1;
  };
  for (const { file, sha256 } of report.cases) {
    const hashes = sha256 === null ? {} : { hashes: { 'sha-256': sha256 } };
    add(uriOf(file), { location: { uri: uriOf(file) }, roles: ['analysisTarget'], ...hashes });
  }
  const file = (path: string): object => {
    const uri = uriOf(path);
    return { uri, index: add(uri, { location: { uri }, roles: ['userSpecifiedConfiguration'] }) };
  };
  const layer = (path: string, layerPath: string): object => {
    // The outermost layer is the file itself.
    if (!layerPath.includes('/')) return file(path);
    const uri = `${uriOf(path)}#/${layerPath.split('/').map(encodeURIComponent).join('/')}`;
    return { uri, index: add(uri, { location: { uri }, parentIndex: indexes.get(uriOf(path)) ?? -1 }) };
  };
  for (const [each, { place, asked, fix }] of findingsOf(report)) {
    if (place?.kind === 'bytes') layer(each.file, place.layer);
    if (place?.kind === 'text') file(place.file);
    if (asked !== null) file(asked.file);
    if (fix !== null) file(fix.place.file);
  }
  return { list, file, layer };
}

/** RFC 3986: a path, absolute or relative, as a reference; the separators stay. */
function uriOf(path: string): string {
  const encoded = path
    .replace(/\p{Cs}/gu, '\u{fffd}')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
