import { processIo } from './process-io.ts';
import { serveTasks } from './thread-program.ts';
import { judgeOf, type VerifySetup } from './verify-task.ts';

// A thread of `bootpol verify`.
serveTasks((setup: VerifySetup) => judgeOf(setup, processIo()));
