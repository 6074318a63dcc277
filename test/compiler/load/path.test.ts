import { describe, expect, test } from 'vitest';
import { isAbsolutePath, pathFrom } from '../../../compiler/load/path.ts';

describe('a path that a file names', () => {
  test.each([
    ['', 'base.bootpol', 'base.bootpol'],
    ['distro/a.bootpol', 'b.bootpol', 'distro/b.bootpol'],
    ['distro/a.bootpol', '../common/b.bootpol', 'common/b.bootpol'],
    ['a.bootpol', '../b.bootpol', '../b.bootpol'],
    ['../x/a.bootpol', '../../b.bootpol', '../../b.bootpol'],
    ['/etc/policies/a.bootpol', '../b.bootpol', '/etc/b.bootpol'],
    ['a/b.bootpol', './c//d.bootpol', 'a/c/d.bootpol'],
    ['a/b.bootpol', '/keys/ca.pem', '/keys/ca.pem'],
  ])('named by `%s`, `%s` is `%s`', (naming, named, path) => {
    expect(pathFrom(naming, named)).toBe(path);
  });

  test.each([
    ['/etc/x', true],
    ['C:\\x', true],
    ['c:/x', true],
    ['\\\\server\\x', true],
    ['x/y', false],
    ['../x', false],
    ['c:x', false],
  ])('`%s` is absolute: %s', (path, absolute) => {
    expect(isAbsolutePath(path)).toBe(absolute);
  });
});
