import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { createUnplugin, type UnpluginBuildContext, type UnpluginContext, type UnpluginInstance } from 'unplugin';
import { compile, type Compiled, type Diagnostic, placeOf, renderDiagnostics } from '../../index.ts';
import { emitModule } from '../../compiler/index.ts';

/**
 * Bundler plugins that make `import { verify } from "./x.bootpol"` the verifier of the policy: `bootpol.vite()`,
 * `bootpol.rollup()`, `bootpol.esbuild()` and the others that unplugin knows.
 *
 * The policy is checked while it is bundled. Its signer files and imports are watched.
 */
export const bootpol: UnpluginInstance<undefined> = createUnplugin(() => ({
  name: 'bootpol',
  load: {
    filter: { id: POLICY_PATH },
    handler(id) {
      return load(id.replace(/\?.*$/, ''), this);
    },
  },
  esbuild: { loader: 'js' },
}));

/** Bundlers put a query behind a path, such as Vite's `?import`. */
const POLICY_PATH = /\.bootpol(?:\?.*)?$/;

type Context = UnpluginBuildContext & UnpluginContext;

function load(path: string, context: Context): string {
  const watched: string[] = [path];
  const compiled = compile(readFileSync(path, 'utf8'), {
    fileName: path.slice(path.lastIndexOf('/') + 1),
    readFile: (named) => {
      const place = isAbsolute(named) ? named : join(dirname(path), named);
      watched.push(place);
      return read(place);
    },
  });
  for (const file of watched) context.addWatchFile(file);
  if (compiled.plan === null) {
    context.error(messageOf(path, 'error', compiled));
    // Some bundlers go on after an error: what they make must not verify anything.
    return `throw new Error('the policy has errors');`;
  }
  if (compiled.diagnostics.length > 0) context.warn(messageOf(path, 'warning', compiled));
  return emitModule(compiled.plan).code;
}

function read(path: string): Uint8Array | { readonly missing: string } {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** All diagnostics of one severity with their frames; the place is that of the first. */
function messageOf(id: string, severity: Diagnostic['severity'], { diagnostics, source }: Compiled) {
  const shown = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const { line, column } = placeOf(source, shown[0]?.labels[0]?.span.start ?? 0);
  const message = `the policy ${severity === 'error' ? 'has errors' : 'has warnings'}\n\n${renderDiagnostics(shown, source)}`;
  return { id, message, loc: { file: id, line, column: column - 1 } };
}
