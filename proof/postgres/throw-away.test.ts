import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { withClient } from '../../src/database/with-client.js'
import { databases, freshDatabase } from '../../test/support/postgres.js'
import { throwAwayServer } from './throw-away.js'

const ask = (url: string, sql: string) =>
  withClient(url, 'test', async (client) => (await client.query(sql)).rows as unknown[])

test('gives the owner of a clone a plain login and the administrator the same database', async () => {
  const database = await freshDatabase()
  const sql = `select current_database() as name, rolsuper, rolcreaterole, rolbypassrls,
    pg_get_userbyid(datdba) = current_user as owns
    from pg_roles, pg_database where rolname = current_user and datname = current_database()`
  expect(await ask(database.url, sql)).toEqual([
    { name: database.name, rolsuper: false, rolcreaterole: false, rolbypassrls: false, owns: true },
  ])
  expect(await ask(database.adminUrl, sql)).toMatchObject([{ name: database.name, rolsuper: true }])
  await ask(database.url, 'create table of_the_owner (id int)')
})

test('clones what the template was filled with, each clone apart', async () => {
  const template = await databases().template('Filled Template!', async (db) => {
    await ask(db.url, 'create table things (id int); insert into things values (1), (2)')
  })
  await expect(
    ask(new URL(`/${template.name}`, (await freshDatabase()).adminUrl).href, 'select 1'),
  ).rejects.toThrow(/not currently accepting connections/)
  const [one, two] = await Promise.all([databases().clone(template), databases().clone(template)])
  await ask(one.url, 'delete from things')
  expect(await ask(two.url, 'select id from things order by id')).toEqual([{ id: 1 }, { id: 2 }])
  await one.drop()
  await two.drop()
  await expect(ask(one.url, 'select 1')).rejects.toThrow(/does not exist/)
})

test('a pool that has just ended gets no error from a database that is dropped at once', async () => {
  const template = await databases().template('dropped at once', async () => {})
  const errors: unknown[] = []
  const database = await databases().clone(template)
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('connect', (client) => client.on('error', (error) => errors.push(error)))
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  // On a busy machine the server reads the end of a connection later.
  process.kill(rows[0]!.pid, 'SIGSTOP')
  setTimeout(() => process.kill(rows[0]!.pid, 'SIGCONT'), 50)
  await pool.end()
  await database.drop()
  expect(errors).toEqual([])
})

test('closes connections that the build left open', async () => {
  let left: pg.Client | undefined
  const template = await databases().template('left open', async (db) => {
    left = new pg.Client(db.url)
    left.on('error', () => {})
    await left.connect()
  })
  const clone = await databases().clone(template)
  expect(await ask(clone.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await clone.drop()
})

test('keeps the files of a server in the given RAM disk, and leaves nothing there', async () => {
  const ramdisk = mkdtempSync(join(tmpdir(), 'usertwo-ramdisk-'))
  chmodSync(ramdisk, 0o755)
  vi.stubEnv('USERTWO_RAMDISK', ramdisk)
  const server = await throwAwayServer()
  expect(await ask(server.adminUrl, "select current_setting('data_directory') as at")).toEqual([
    { at: join(ramdisk, readdirSync(ramdisk)[0]!) },
  ])
  await server.stop()
  expect(readdirSync(ramdisk)).toEqual([])
  rmSync(ramdisk, { recursive: true })
  await expect(throwAwayServer()).rejects.toThrow(
    `USERTWO_RAMDISK is ${ramdisk}, where no folder can be made`,
  )
  vi.unstubAllEnvs()
})
