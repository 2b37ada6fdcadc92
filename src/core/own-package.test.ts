import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PACKAGE_ROOT, packageAbove } from './own-package.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the folder of the package is found, and never that of an app with migrations of its own', () => {
  expect(packageAbove(join(PACKAGE_ROOT, 'src', 'core'))).toBe(PACKAGE_ROOT)
  mkdirSync(join(folder, 'migrations'))
  writeFileSync(join(folder, 'package.json'), '{"name":"an-app"}')
  expect(() => packageAbove(join(folder, 'build'))).toThrow(/part of a bundle.*--external:usertwo/)
})
