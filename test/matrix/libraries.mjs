// A whole app by a library, from its bare folder: scan, init --yes, all gates, two users at once, and planted leaks.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPinned } from '../../scripts/prepare/pinned.mjs'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { generatePrisma, installPrisma } from './prisma.mjs'

const HERE = new URL('libraries/', import.meta.url)
const ROOT_MODULES = new URL('../../node_modules', import.meta.url)
/** Where the packages of an app are, the first before others. */
const PACKAGES = {
  libraries: [new URL('node_modules', HERE), ROOT_MODULES],
  prisma: [new URL('prisma/node_modules', import.meta.url), ROOT_MODULES],
}
const REQUESTS = 400
const BURST = 16
/** Rows that each user has. */
const ROWS = 20
/** An id that no row has. */
const MISSING = 999_999
const LEAK_CHECKS =
  'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once,isolation.kept-in-memory'

/** The apps that are adopted. */
export const LIBRARY_APPS = [
  'kysely',
  'drizzle',
  'objection',
  'slonik',
  'mikro-orm',
  'prisma',
  'prisma-pool',
  'live',
  'queue',
  'pern',
]

/** Whether the app needs a Redis, and none is installed. */
export const lacksRedis = (name) =>
  name === 'queue' && spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status !== 0

/** The libraries of package-lock.json in libraries/. */
export function installLibraries() {
  installPinned('test/matrix/libraries', 'the libraries of the matrix')
  installPrisma()
}

/** What is expected of an app: see kysely/fixture.mjs. */
export async function libraryFacts(name) {
  const { default: facts } = await import(new URL(`${name}/fixture.mjs`, HERE).href)
  return facts
}

/** A copy of the app, with its packages beside it. */
export async function layLibrary(name) {
  const { app = name, packages = 'libraries', schema, edit } = await libraryFacts(name)
  const laid = layFolder(new URL(app, HERE), PACKAGES[packages].map(fileURLToPath))
  rmSync(join(laid.folder, 'fixture.mjs'), { force: true })
  if (schema) await generatePrisma(laid.folder, schema)
  if (edit) plant(laid.folder, edit)
  return laid
}

/** An app by a library over postgres.js, which is refused. */
export const layOtherDrivers = () =>
  layFolder(new URL('other-drivers', import.meta.url), PACKAGES.libraries.map(fileURLToPath))

/**
 * The app by `scan` and `init --yes`, up to its attack by two users at once.
 * @param options more of init's: `--run`
 * @returns what was wrong, in words, and how many answers of the attack were which; null: the app was refused
 */
export async function adopted(folder, facts, ...options) {
  const { database, scanned, configured, run, unanswered, points, after = [] } = facts
  const wrong = []
  if (run && options.includes('--run')) {
    const refused = await usertwo(folder, 'init', '--yes', '--run')
    if (refused.code === 0 || !run.refused.test(refused.stderr)) wrong.push(`not refused: ${refused.stderr}`)
    if (!run.edit) return { wrong: [...wrong, ...written(folder)], attack: null }
    plant(folder, run.edit)
  }
  const read = await usertwo(folder, 'scan')
  if (!scanned.test(read.stdout)) wrong.push(`scan: ${read.stdout.slice(0, 1_500)}`)
  const begun = await usertwo(folder, 'init', '--yes', ...options)
  if (begun.code !== 0) return { wrong: [...wrong, `init ended with ${begun.code}: ${begun.stderr.trim()}`] }
  if (options.length === 0 && !database.test(begun.stdout)) wrong.push(`init: ${begun.stdout}`)
  if (configured && !configured.test(configOf(folder))) wrong.push(`configured: ${configOf(folder)}`)
  if (points && !points.test(begun.stdout)) wrong.push(`init does not say: ${begun.stdout}`)
  if (unanswered && options.length === 0) {
    const { red } = await gated(folder, '6', '--only', 'isolation.foreign-ids')
    if (!unanswered.test(red.join('\n'))) wrong.push(`no handler is said to swallow: ${red.join(' | ')}`)
  }
  for (const edit of after) plant(folder, edit)
  if (after.length > 0) wrong.push(...(await recordedAgain(folder)))
  const attack = await attackedAtOnce(folder, facts)
  wrong.push(...attack.settings)
  for (const what of ['foreign', 'ownMissing', 'other'])
    if (attack[what] > 0) wrong.push(`${attack[what]} answers of ${attack.requests}: ${what}`)
  if (attack.own < REQUESTS / 5) wrong.push(`only ${attack.own} own rows were answered`)
  return { wrong, attack }
}

/** The configuration that init has written. */
const configOf = (folder) =>
  readFileSync(
    join(
      folder,
      readdirSync(folder).find((name) => name.startsWith('usertwo.config.')),
    ),
    'utf8',
  )

/** What usertwo has left in a folder that it refused. @returns what was wrong, in words */
const written = (folder) =>
  readdirSync(folder)
    .filter((name) => /usertwo/.test(name))
    .map((name) => `refused, and ${name} was written`)

/** What the gates are given, of the app as it is now. @returns what was wrong, in words */
async function recordedAgain(folder) {
  const wrong = []
  for (const command of [
    ['baseline', 'record'],
    ['inventory', '--write'],
  ]) {
    const { code, stderr } = await usertwo(folder, ...command)
    if (code !== 0) wrong.push(`${command.join(' ')}: ${stderr}`)
  }
  return wrong
}

/** All gates, then the leaks. @returns what was wrong, in words */
export async function gatedWithLeaks(folder, { leaks, leakChecks = '' }) {
  const { red, checks } = await gated(folder)
  const wrong = [...red, ...(checks > 0 ? [] : ['no check ran'])]
  for (const leak of Object.values(leaks).flat()) plant(folder, leak)
  const leaking = await gated(folder, '6', '--only', [LEAK_CHECKS, leakChecks].filter(Boolean).join())
  for (const route of Object.keys(leaks))
    if (!leaking.red.some((one) => /: fail: /.test(one) && one.includes(`${route} `)))
      wrong.push(`the leak of ${route} was not named: ${leaking.red.join(' | ') || 'GO'}`)
  return wrong
}

/** A cell of the matrix. */
export async function playedLibrary(name, ...options) {
  const facts = await libraryFacts(name)
  const { folder, remove } = await layLibrary(name)
  try {
    const { wrong, attack } = await adopted(folder, facts, ...options)
    if (attack) wrong.push(...(await gatedWithLeaks(folder, facts)))
    return { wrong, attack }
  } finally {
    remove()
  }
}

/**
 * Two users ask at once for rows by id: own ones, those of the other, and missing ones. Then both write the same
 * setting.
 * @param facts.rows by the path of a row, its table
 * @param facts.lists where rows are made; facts.items: where those below one are
 */
export async function attackedAtOnce(folder, { rows, settings, lists = '/api/lists', items = 'items' }) {
  const { twoUsers } = await import('../../dist/proof/testing/two-users.js')
  const app = await twoUsers({ config: folder, env: { RATE_LIMIT_ENABLED: 'false' } })
  try {
    const people = [app.owner, app.other]
    await filled(app, people, lists, items)
    const asked = await questions(app, people, rows)
    const counted = { requests: asked.length, own: 0, foreign: 0, ownMissing: 0, refused: 0, other: 0 }
    for (let at = 0; at < asked.length; at += BURST)
      await Promise.all(
        asked.slice(at, at + BURST).map(async ({ as, path, isOwn }) => {
          const { status, json } = await app.ask('GET', path, { as })
          // The PERN tutorial answers 200 without a body for a missing row.
          const hasRow = status === 200 && json?.id !== undefined
          if (hasRow) counted[isOwn ? 'own' : 'foreign']++
          else if (status === 404 || status === 200) counted[isOwn ? 'ownMissing' : 'refused']++
          else counted.other++
        }),
      )
    return { ...counted, settings: settings ? await settingsAtOnce(app, people) : [] }
  } finally {
    await app.stop()
  }
}

/** Both users upsert one key at once. @returns what was wrong, in words */
async function settingsAtOnce({ ask }, people) {
  const wrong = []
  for (let n = 0; n < ROWS / 2; n++)
    await Promise.all(
      [...people, ...people].map(async (as, at) => {
        const value = `of ${as.id}, ${n}, ${at}`
        const { status, json } = await ask('PUT', '/api/settings/theme', { as, body: { value } })
        if (status !== 200 || !String(json?.value).startsWith(`of ${as.id},`))
          wrong.push(`a setting of ${as.name} was answered ${status} ${JSON.stringify(json)}`)
      }),
    )
  for (const as of people) {
    const { json } = await ask('GET', '/api/settings', { as })
    const found = [...JSON.stringify(json).matchAll(/of (\w+), /g)].map(([, id]) => id)
    if (found.join() !== String(as.id)) wrong.push(`settings of ${as.name}: ${JSON.stringify(json)}`)
  }
  return wrong
}

/** Gives each user lists with items, by the app itself. */
async function filled({ ask }, people, lists, items) {
  for (const as of people)
    for (let n = 0; n < ROWS; n++) {
      const { status, json } = await ask('POST', lists, { as, body: { name: `list ${n}` } })
      const item = await ask('POST', `${lists}/${json?.id}/${items}`, {
        as,
        body: { title: `item ${n}`, name: `item ${n}` },
      })
      if (![200, 201].includes(status) || ![200, 201].includes(item.status))
        throw new Error(`a row of ${as.name} was answered ${status} and ${item.status}`)
    }
}

async function questions({ sql }, people, rows) {
  const found = []
  for (const [path, table] of Object.entries(rows)) {
    const stored = await sql(`select id, user_id from ${table} order by id desc`)
    for (const row of stored)
      for (const as of people)
        found.push({ as, path: `${path}/${row.id}`, isOwn: String(row.user_id) === String(as.id) })
    for (const as of people) found.push({ as, path: `${path}/${MISSING}`, isOwn: false })
  }
  const all = Array.from({ length: Math.ceil(REQUESTS / found.length) }, () => found).flat()
  return shuffled(all).slice(0, REQUESTS)
}

/** The same order in every run. */
function shuffled(all) {
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed
  }
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
