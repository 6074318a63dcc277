import { serveWorker } from './browser.ts';

declare const self: Parameters<typeof serveWorker>[0];
declare const BOOTPOL_VERSION: string;

serveWorker(self, BOOTPOL_VERSION);
