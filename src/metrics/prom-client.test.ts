import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { promClient } from './prom-client.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-prom-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** An app with its own copy of the package; returns its program, and the copy's entry file. */
function appWithCopy(name: string): { program: string; entry: string } {
  const copy = join(folder, name, 'node_modules/prom-client')
  mkdirSync(copy, { recursive: true })
  writeFileSync(join(copy, 'index.js'), `exports.name = '${name}'`)
  return { program: join(folder, name, 'server.js'), entry: join(copy, 'index.js') }
}
const nameOf = (copy: unknown) => (copy as { name: string }).name

test('of several copies the app’s own is used: a loaded one, otherwise the one it would load', () => {
  const [one, two, gone] = [appWithCopy('one'), appWithCopy('two'), join(folder, 'without.js')]
  expect(nameOf(promClient([one.program, two.program], []))).toBe('one')
  expect(nameOf(promClient([one.program, two.program], [two.entry]))).toBe('two')
  // Loaded from an unexpected place: by a package of the app.
  expect(nameOf(promClient([one.program], [gone, two.entry]))).toBe('two')
  expect(nameOf(promClient([undefined, gone, two.program], []))).toBe('two')
  expect(() => promClient([gone], [])).toThrow('run: npm install prom-client')
})
