import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '../src/config/config.js'
import { built } from './support/built.js'

const PG = pathToFileURL(fileURLToPath(import.meta.resolve('pg'))).href
const folder = mkdtempSync(join(tmpdir(), 'usertwo-app-env-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Opens the database by names of its own, and by PG* alone, and says which it found. */
const OPEN = `import pg from ${JSON.stringify(PG)}
const of = process.env
export const place = async (how) => {
  const client = new pg.Client(how)
  await client.connect()
  const { rows } = await client.query('select current_database() as name, to_regclass($1) is not null as there, current_setting($2) as said', ['seeded', 'application_name'])
  await client.end()
  return rows[0]
}
export const ways = [{ connectionString: of.DATABASE_URL }, { connectionString: of.DB_URL }, { host: of.DB_HOST, port: Number(of.DB_PORT), user: of.DB_USER, password: of.DB_PASS, database: of.DB_NAME }, {}]
export const places = async () => JSON.stringify(await Promise.all(ways.map(place)))
`
const FILES: Record<string, string> = {
  'open.mjs': OPEN,
  'migrate.mjs': `import pg from ${JSON.stringify(PG)}
const client = new pg.Client(process.env.DB_URL)
await client.connect()
await client.query('create table seeded (database text)')
await client.end()
`,
  'seed.mjs': `import pg from ${JSON.stringify(PG)}
const client = new pg.Client({})
await client.connect()
await client.query('insert into seeded select current_database()')
await client.end()
`,
  'server.mjs': `import { createServer } from 'node:http'
import { places } from './open.mjs'
createServer(async (req, res) => res.end(await places())).listen(process.env.PORT, process.env.HOST)
`,
  'drive.mjs': `import { places } from './open.mjs'
await fetch(process.env.BASE_URL + '/' + encodeURIComponent(await places()))
`,
}

test('an app that reads its database by names of its own gets the throw-away one in start, bare start, migrate, seed and drive', async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const config = parseConfig({
    app: {
      start: ['node', 'server.mjs'],
      bare: ['node', 'server.mjs', 'bare'],
      migrate: ['node', 'migrate.mjs'],
      seed: ['node', 'seed.mjs'],
      drive: ['node', 'drive.mjs'],
      env: {
        DB_URL: '$DATABASE_URL',
        DATABASE_URL: '$DATABASE_URL?application_name=more',
        DB_HOST: '$PGHOST',
        DB_PORT: '$PGPORT',
        DB_USER: '$PGUSER',
        DB_PASS: '$PGPASSWORD',
        DB_NAME: '$PGDATABASE',
      },
    },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
  const { recordBaseline } = await built<typeof import('../proof/gate/traffic/record.js')>(
    'proof/gate/traffic/record.js',
  )
  const project = { name: 'own-names', folder, config }
  const templates = await openTemplates(project)
  try {
    const signal = new AbortController().signal
    const session = await openSession({ project, templates, phase: 1, signal, traffic: async () => [] })
    try {
      const { name } = session.database
      const here = ['more', '', '', ''].map((said) => ({ name, there: true, said }))
      for (const bare of [false, true])
        expect((await (await session.app({ bare })).ask('GET', '/')).json).toEqual(here)
      expect(await session.database.sql('select count(*)::int as n from seeded')).toEqual([{ n: 1 }])
    } finally {
      await session.close()
    }
    const [exchange] = await recordBaseline(project, templates)
    const [, driven] = exchange!.path.split('/')
    expect(JSON.parse(decodeURIComponent(driven!))).toEqual(JSON.parse(exchange!.response.body))
    expect(readFileSync(join(folder, 'seed.mjs'), 'utf8')).toBe(FILES['seed.mjs'])
  } finally {
    await templates.stop()
  }
}, 120_000)
