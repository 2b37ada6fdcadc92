import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from './support/http.js'
import { freePort } from './support/postgres.js'
import { spawnServer } from './support/server.js'

const TABLES = ['agent_metrics', 'events', 'sessions', 'settings', 'snapshots', 'tasks', 'threads', 'users']

let admin
let folder
beforeAll(async () => {
  admin = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await admin.connect()
  folder = await mkdtemp(join(tmpdir(), 'comic-pile-backups-'))
})
afterAll(async () => {
  await admin.end()
  await rm(folder, { recursive: true, force: true })
})

async function withDatabase(name, work) {
  await admin.query(`create database "${name}"`)
  const url = new URL(process.env.DATABASE_URL)
  url.pathname = `/${name}`
  try {
    return await work(url.href)
  } finally {
    await admin.query(`drop database "${name}" with (force)`)
  }
}

async function tablesOf(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname = 'public' order by 1",
  )
  await client.end()
  return rows.map(({ tablename }) => tablename).filter((name) => !name.startsWith('knex_'))
}

/** Runs the server until it listens, and returns what it printed. */
async function start(env) {
  const server = spawnServer(env)
  await server.listening
  await server.stop()
  return server.output()
}

describe.concurrent('start', () => {
  test.each([undefined, 'mysql://localhost/x'])('DATABASE_URL %s stops the process', async (url) => {
    const server = spawnServer(url === undefined ? {} : { DATABASE_URL: url })
    const [code] = await server.exited
    expect(code).toBe(1)
    expect(server.output()).toContain('DATABASE_URL')
  })

  test('Start: tables are created from the models, and left alone the next time', async () => {
    await withDatabase('cp_models', async (url) => {
      await start({ DATABASE_URL: url })
      expect(await tablesOf(url)).toEqual(TABLES)
      expect(await start({ DATABASE_URL: url })).not.toContain('ERROR')
    })
  })

  test('Start: a backup of every table is written, not again while nothing changes, and failures only logged', async () => {
    const env = { AUTO_BACKUP_ENABLED: 'true', BACKUP_DIR: folder, MAX_BACKUPS: '1' }
    await withDatabase('cp_backup', async (url) => {
      expect(await start({ ...env, DATABASE_URL: url })).toContain('Backup written')
      const [first] = await readdir(folder)
      expect(Object.keys(JSON.parse(await readFile(join(folder, first), 'utf8'))).sort()).toEqual(TABLES)
      expect(await start({ ...env, DATABASE_URL: url })).toContain('Backup skipped')
      await start({ ...env, DATABASE_URL: url, SKIP_IF_UNCHANGED: 'false' })
      const files = await readdir(folder)
      expect(files).toHaveLength(1)
      expect(files[0]).not.toBe(first)
      expect(await start({ ...env, DATABASE_URL: url, BACKUP_DIR: '/dev/null/x' })).toContain('Backup failed')
    })
  })

  test('Start: CORS_ORIGINS names who may call', async () => {
    const server = spawnServer({ DATABASE_URL: process.env.DATABASE_URL, CORS_ORIGINS: 'https://a.example' })
    const base = await server.listening
    const allowed = async (origin) =>
      (await call('GET', '/health', { base, headers: { origin } })).headers['access-control-allow-origin']
    expect(await allowed('https://a.example')).toBe('https://a.example')
    expect(await allowed('https://b.example')).toBeUndefined()
    await server.stop()
  })

  test('Start: five attempts at the database, 5 s apart, then it serves without, /health 503', {
    timeout: 40_000,
  }, async () => {
    const port = await freePort()
    const server = spawnServer({ DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/none` })
    const began = Date.now()
    const base = await server.listening
    expect(Date.now() - began).toBeGreaterThan(19_000)
    expect(await call('GET', '/health', { base })).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', database: 'disconnected', error: expect.stringContaining('ECONNREFUSED') },
    })
    await server.stop()
    expect(server.output().match(/Database not reachable/g)).toHaveLength(5)
  })
})

test('Start: the migrations make the tables the models make', async () => {
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const columns = async (url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(
      `select table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
       from information_schema.columns where table_schema = 'public' and table_name not like 'knex%' order by 1, 2`,
    )
    const indexes = await client.query(
      `select regexp_replace(indexdef, '\\s+', ' ', 'g') as def from pg_indexes
       where schemaname = 'public' and tablename not like 'knex%' order by 1`,
    )
    await client.end()
    return { rows, indexes: indexes.rows }
  }
  const migrated = await withDatabase('cp_migrated', async (url) => {
    const cwd = new URL('..', import.meta.url)
    await promisify(execFile)(process.execPath, ['server/migrate.js'], {
      cwd,
      env: { PATH: process.env.PATH, DATABASE_URL: url },
    })
    return columns(url)
  })
  const made = await withDatabase('cp_made', async (url) => {
    await start({ DATABASE_URL: url })
    return columns(url)
  })
  expect(migrated).toEqual(made)
})
