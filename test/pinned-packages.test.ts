// Packages that one command alone needs are installed while other processes run: these find all of them, or none.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PINNED = new URL('../scripts/prepare/pinned.mjs', import.meta.url).href
const NAMES = ['acorn', 'ms', 'semver', 'undici-types', 'yocto-queue']
let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-pinned-'))
  const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
  const taken = NAMES.map((name) => [name, packages[`node_modules/${name}`]] as const).filter(
    ([, one]) => one,
  )
  expect(taken.length).toBeGreaterThan(2)
  const dependencies = Object.fromEntries(taken.map(([name, { version }]) => [name, version]))
  mkdirSync(join(root, 'some'))
  writeFileSync(join(root, 'some', 'package.json'), JSON.stringify({ name: 'some', dependencies }))
  writeFileSync(
    join(root, 'some', 'package-lock.json'),
    JSON.stringify({
      name: 'some',
      lockfileVersion: 3,
      packages: {
        '': { name: 'some', dependencies },
        ...Object.fromEntries(
          taken.map(([name, { version, resolved, integrity }]) => [
            `node_modules/${name}`,
            { version, resolved, integrity },
          ]),
        ),
      },
    }),
  )
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('two processes at once install once, and no look finds half of it', async () => {
  const modules = join(root, 'some', 'node_modules')
  const code = `import { installPinned } from ${JSON.stringify(PINNED)}
installPinned('some', 'some packages', ${JSON.stringify(root)})`
  const installers = [0, 1].map(() => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    let said = ''
    child.stderr.on('data', (text) => (said += text))
    return new Promise<{ status: number | null; said: string }>((done) =>
      child.on('close', (status) => done({ status, said })),
    )
  })
  let ended = false
  const both = Promise.all(installers).finally(() => (ended = true))
  let looks = 0
  while (!ended) {
    if (existsSync(modules)) {
      looks += 1
      expect(existsSync(join(modules, '.installed-lock.json'))).toBe(true)
    }
    await sleep(1)
  }
  const results = await both
  expect(results.map(({ status }) => status)).toEqual([0, 0])
  expect(results.filter(({ said }) => said.includes('Installing some packages'))).toHaveLength(1)
  for (const name of NAMES) if (existsSync(join(modules, name))) looks += 1
  expect(looks).toBeGreaterThan(0)
  expect(existsSync(join(root, 'some', '.installing'))).toBe(false)
})
