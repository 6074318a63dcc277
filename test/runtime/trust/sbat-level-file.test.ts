import { describe, expect, test } from 'vitest';
import { readSbatLevel } from '../../../runtime/trust/sbat-level-file.ts';
import { NEWEST_SBAT_LEVEL } from '../../../runtime/trust/sbat-level.ts';

const NEWEST = 'sbat,1,2025051000\nshim,4\ngrub,5\ngrub.proxmox,2\n';

function read(text: string): ReturnType<typeof readSbatLevel> {
  return readSbatLevel(new TextEncoder().encode(text));
}

describe('an SBAT level', () => {
  test('reads the newest level that shim lists, which is the one that is built in', () => {
    expect(read(NEWEST)).toEqual({ ok: true, level: NEWEST_SBAT_LEVEL });
  });

  test.each([
    ['with CR and LF', NEWEST.replaceAll('\n', '\r\n')],
    ['with the attributes of efivarfs', `\u0006\0\0\0${NEWEST}`],
    ['with a NUL at its end', `${NEWEST}\0`],
    ['with datestamps in other rows', NEWEST.replace('shim,4', 'shim,4,2025')],
  ])('reads it %s', (_, text) => {
    expect(read(text)).toEqual({ ok: true, level: NEWEST_SBAT_LEVEL });
  });

  test.each([
    ['', 0, 'the SBAT level has no rows'],
    ['shim,4\n', 0, 'row 1 of the SBAT level is not `sbat,1,YYYYMMDDNN`'],
    ['sbat,1,202505100\nshim,4\n', 0, 'row 1 of the SBAT level is not `sbat,1,YYYYMMDDNN`'],
    ['sbat,1,2025051000\nshim\n', 18, 'row 2 of the SBAT level is not `component,generation`'],
    ['sbat,1,2025051000\nshim,0\n', 18, 'row 2 of the SBAT level is not `component,generation`'],
    ['sbat,1,2025051000\nshim,4x\n', 18, 'row 2 of the SBAT level is not `component,generation`'],
    ['sbat,1,2025051000\nshim ,4\n', 18, 'row 2 of the SBAT level is not `component,generation`'],
    ['sbat,1,2025051000\nshim,65536\n', 23, 'row 2 of the SBAT level has a generation above 65535'],
    ['sbat,1,2025051000\nshim,4\nshim,3\n', 25, 'row 3 of the SBAT level names `shim` again'],
    ['sbat,1,2025051000\nshim,4\0\n', 18, 'row 2 of the SBAT level is not `component,generation`'],
  ])('refuses %j with the place', (text, offsetBytes, fault) => {
    expect(read(text)).toEqual({ ok: false, text: fault, offsetBytes });
  });

  test('takes the largest generation', () => {
    expect(read('sbat,1,2025051000\nshim,65535\n')).toMatchObject({ ok: true });
  });
});
