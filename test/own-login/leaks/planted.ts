// An app with a login of its own and leaks planted in it, adopted: its gates name each by its route.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, plant, usertwo } from '../../init/play.mjs'
import { build } from '../../support/built.js'

interface Leak {
  /** the route that a gate must name */
  route: string
  /** the check that names it, and in which words */
  check: string
  what: RegExp
  /** what init says of it, which then leaves the fact out of its configuration, and no gate can name it */
  toInit?: RegExp
  /** those of the configuration are left out where init writes it */
  edits: { file?: string; from: string; to: string }[]
  /** requests that the pages of the app send, and the owner's day must have */
  day?: [method: string, path: string, body?: Record<string, unknown>][]
  /** a route that reads a row of users without a login, which the configuration must list */
  lookup?: string
}

/** By its name; the edits are made in this order. */
export type Leaks = Record<string, Leak>

interface How {
  /** lays the app in a folder of its own */
  lay: () => { folder: string; remove(): void }
  /** the file of edits that name none */
  file: string
  /** the configuration is written by `usertwo init --yes`; otherwise the app has one */
  byInit: boolean
  /** a body as the owner's day gives it to `call` */
  encode: (body: Record<string, unknown>) => string
}

/** Tests that each leak is named by its route, with all of them in one app. */
export function namesEach(leaks: Leaks, how: How): void {
  let app: ReturnType<How['lay']>
  let said: Said
  beforeAll(async () => {
    await build()
    app = how.lay()
    said = await saidOf(leaks, app.folder, how)
  }, 900_000)
  afterAll(() => app?.remove())

  test.each(Object.entries(leaks))('names %s by its route', (_, { route, check, what, toInit }) => {
    if (how.byInit && toInit) return expect(said.byInit).toMatch(toInit)
    const found = said.red.find((line) => line.startsWith(`${check}: fail: `)) ?? said.red.join('\n')
    const problems = found.slice(`${check}: fail: `.length).split('; ')
    const ofRoute = problems.filter((problem) => problem.startsWith(`${route} `))
    expect(ofRoute, found).toContainEqual(expect.stringMatching(what))
  })

  test('lets the routes of auth.lookups answer without a login', () => {
    expect(said.red.filter((line) => line.startsWith(OPEN))).toEqual([])
  })
}

/** Turns red for a route that answers without a login and is not open. */
const OPEN = 'isolation.login-required'

interface Said {
  /** what init says; empty: the app has a configuration */
  byInit: string
  /** what the checks that must name the leaks say */
  red: string[]
}

const CONFIG = /^usertwo\.config\.c?js$/

/** Plants leaks in an app, adopts it, and returns what is said of them. */
async function saidOf(leaks: Leaks, folder: string, { file, byInit, encode }: How): Promise<Said> {
  const all = Object.values(leaks)
  const edits = all.flatMap((leak) => leak.edits)
  for (const edit of edits.filter((one) => !(byInit && CONFIG.test(one.file ?? ''))))
    plant(folder, { file, ...edit })
  const init = byInit ? await done(folder, 'init', '--yes') : ''
  const lookups = all.flatMap(({ lookup }) => (lookup ? [`'${lookup}'`] : []))
  const config = ['usertwo.config.js', 'usertwo.config.cjs'].find((one) => existsSync(join(folder, one)))!
  edit(folder, config, /lookups: \{ users/, `lookups: { routes: [${lookups.join()}], users`)
  const day = all
    .flatMap((leak) => leak.day ?? [])
    .map(([method, path, body]) => {
      const given = body ? `, ${encode(body)}` : ''
      return `await call('${method}', '${path}'${given})\n`
    })
  // The owner deletes rows at the end of the day.
  edit(
    folder,
    byInit ? 'usertwo/drive.mjs' : 'drive.js',
    /await call\('(?:DELETE'|POST', '\S+\/delete')/,
    `${day.join('')}$&`,
  )
  await done(folder, 'baseline', 'record')
  await done(folder, 'inventory', '--write')
  const checks = [...new Set([...all.map(({ check }) => check), OPEN])]
  const red: string[] = []
  for (const [phase, area] of [
    ['4', 'auth.'],
    ['6', 'isolation.'],
  ] as const) {
    const only = checks.filter((check) => check.startsWith(area))
    red.push(...(await gated(folder, phase, '--only', only.join())).red)
  }
  return { byInit: init, red }
}

async function done(folder: string, ...command: string[]): Promise<string> {
  const { code, stdout, stderr } = await usertwo(folder, ...command)
  if (code !== 0) throw new Error(`usertwo ${command.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

function edit(folder: string, file: string, from: RegExp, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8')
  if (!from.test(text)) throw new Error(`${file} has no ${from}`)
  writeFileSync(join(folder, file), text.replace(from, to))
}
