import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { lookAtPackages } from './packages.js'

let folder: string | undefined
afterEach(() => folder && rmSync(folder, { recursive: true }))

function app(files: Record<string, object>): string {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-doctor-'))
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), JSON.stringify(content, null, 2))
  }
  return folder
}
const locked = (versions: Record<string, string>) => ({
  packages: Object.fromEntries(
    Object.entries(versions).map(([path, version]) => [`node_modules/${path}`, { version }]),
  ),
})
const seen = (place: string, node?: string) =>
  lookAtPackages(place, node).map(({ about, state }) => `${state} ${about}`)

it('says of each package whether it is held, too old, or newer than what was tried', () => {
  const place = app({
    'package.json': { dependencies: { express: '*', pg: '*', knex: '*', typeorm: '*' } },
    'package-lock.json': locked({ express: '4.12.4', pg: '8.0.2', knex: '4.0.0', typeorm: '0.3.20' }),
  })
  expect(seen(place)).toEqual(['ok node', 'wrong express', 'wrong pg', 'look knex', 'ok typeorm'])
  expect(seen(place, '18.20.1')[0]).toBe('wrong node')
  expect(lookAtPackages(place)[1]).toMatchObject({
    found: '4.12.4 (package-lock.json:3)',
    fix: expect.stringContaining('4.13 and later'),
  })
  expect(lookAtPackages(place)[2]).toMatchObject({ fix: 'usertwo needs pg 8.3 or later: npm i pg@8' })
})

it('names a second copy of pg, and databases that the layers do not hold', () => {
  const place = app({
    'package.json': { dependencies: { express: '*', pg: '*', mongoose: '*' } },
    'package-lock.json': locked({ express: '5.1.0', pg: '8.16.3', 'sessions/node_modules/pg': '8.5.1' }),
  })
  expect(seen(place)).toEqual(['ok node', 'ok express', 'ok pg', 'ok pg', 'look second pg', 'look mongoose'])
})

it('finds what is installed further up, and says where nothing is', () => {
  const place = app({
    'node_modules/express/package.json': { version: '4.22.0' },
    'packages/api/package.json': { dependencies: { express: '*', pg: '^8' } },
  })
  expect(seen(join(place, 'packages/api'))).toEqual(['ok node', 'ok express', 'unknown pg'])
  expect(seen(app({}))).toEqual(['ok node', 'wrong express'])
})
