import type { Row } from './row.ts';
import { OSSLSIGNCODE_ROWS } from './rows-osslsigncode.ts';
import { PESIGN_ROWS } from './rows-pesign.ts';
import { SBSIGNTOOL_ROWS } from './rows-sbsigntool.ts';

/** Every known difference. */
export const ROWS: readonly Row[] = [...SBSIGNTOOL_ROWS, ...OSSLSIGNCODE_ROWS, ...PESIGN_ROWS];
