import { processIo } from './process-io.ts';
import { type SimulationSetup, simulator } from './simulate-task.ts';
import { serveTasks } from './thread-program.ts';

// A thread of `bootpol simulate`.
serveTasks((setup: SimulationSetup) => simulator(setup, processIo()));
