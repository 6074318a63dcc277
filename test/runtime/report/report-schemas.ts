import { readFileSync } from 'node:fs';
import AjvDraft4 from 'ajv-draft-04';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';
import { z } from 'zod';

const FOLDER = new URL('../../vectors/report-schemas/', import.meta.url);

const SARIF = sarifSchema();

function sarifSchema(): ValidateFunction {
  // The schema's patterns are of the time before the `u` flag.
  const ajv = new AjvDraft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const schema: unknown = JSON.parse(readFileSync(new URL('sarif-2.1.0-rtm.5.json', FOLDER), 'utf8'));
  return ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
}

/** What the SARIF 2.1.0 schema has against a text: nothing, when it is valid. */
export function sarifFaults(text: string): readonly string[] {
  SARIF(JSON.parse(text));
  return (SARIF.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** What the tests read of a log. */
export const SARIF_LOG = z.object({
  runs: z.tuple([z.object({ results: z.array(z.unknown()), artifacts: z.array(z.unknown()), tool: z.unknown() })]),
});

/** What the JUnit schema has against a text. */
export async function junitFaults(text: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: text }],
    schema: [readFileSync(new URL('junit.xsd', FOLDER), 'utf8')],
  });
  return errors.map(({ message }) => message);
}

/** GitLab's code quality report, as docs.gitlab.com describes it. */
export const GITLAB_REPORT = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().min(1),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({ path: z.string().min(1), lines: z.strictObject({ begin: z.int().positive() }) }),
  }),
);
