#!/usr/bin/env node
import { reasonOf } from './file-error.ts';
import { main } from './main.ts';
import { processIo } from './process-io.ts';

// A reader that goes away (`bootpol … | head`) must not change the verdict: the exit code is set all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = 3;
    if (stream === process.stdout) process.stderr.write(`bootpol: cannot write the report: ${reasonOf(error)}\n`);
  });
}

try {
  const code = await main(process.argv.slice(2), processIo());
  process.exitCode ??= code;
} catch (error) {
  process.stderr.write(
    `bootpol: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 3;
}
