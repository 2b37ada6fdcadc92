// An app at dial 8 goes from the last release candidate to today's, replica by replica on one database while two users work,
// back to it on the schema that today's has migrated, and up again.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withClient } from '../../../src/database/with-client.js'
import { installed, packed } from '../../support/installed.js'
import { freshDatabase } from '../../support/postgres.js'
import { cross, invited } from './crossed.js'
import { olderCommit, olderTarball } from './older-package.js'
import { bearer, busyUser, call, expecting, logIn } from './users.js'
import { CLAIM_CODE, type Deployment, deployment, type Version } from './versions.js'

const APP = fileURLToPath(new URL('todos', import.meta.url))
/** Makes the record of a GO as the release candidate does after its gates, which the repository’s own tests of it have run. */
const RECORD = `
  const dist = new URL('./node_modules/usertwo/dist/', import.meta.url)
  const { makeRecord } = await import(new URL('proof/gate/run/recording.js', dist))
  const { loadProject } = await import(new URL('proof/gate/project.js', dist))
  const { writeRecord } = await import(new URL('src/record/record.js', dist))
  const results = [1, 2, 3, 4, 5, 6, 7, 8].map((phase) => ({ phase, go: true }))
  writeRecord(process.cwd(), await makeRecord(await loadProject(process.cwd()), results, process.env.DATABASE_URL))
`
const ACCOUNTS = {
  owner: { email: 'owner@todos.example.com', password: 'a long one for the first user' },
  second: { email: 'second@todos.example.com', password: 'a long one for the second user' },
}
/** Whose rows each of the two users has written, and how many of their tasks have another owner than their list. */
const OWNERS = `
  select split_part(l.title, ' ', 1) as name, count(distinct l.user_id)::int as owners,
    count(t.id) filter (where t.user_id <> l.user_id)::int as astray
  from lists l left join todos t on t.list_id = l.id where l.title like '%’s list %' group by 1 order by 1`
/** How long both users work at each step. */
const STEP_MS = 3_000

const commit = olderCommit()
if (!commit && process.env.CI)
  throw new Error('The history lacks the last release candidate: check out all of it (fetch-depth: 0)')
if (!commit)
  console.warn('NOT TESTED: two versions at once; this clone’s history lacks the last release candidate.')

describe.skipIf(!commit)('the last release candidate and today’s on one database, two replicas', () => {
  const folders = {} as Record<Version, string>
  const removals: (() => void)[] = []
  let app: Deployment | undefined

  beforeAll(async () => {
    const [older, newer] = [await olderTarball(commit!), await packed()]
    removals.push(older.remove, newer.remove)
    for (const [version, { tarball }] of Object.entries({ older, newer }) as [Version, typeof older][]) {
      const { folder, remove } = await installed(tarball, APP)
      folders[version] = folder
      removals.push(remove)
    }
    writeFileSync(join(folders.older, 'record.mjs'), RECORD)
  }, 600_000)
  afterEach(async () => app?.stop())
  afterAll(() => {
    for (const remove of removals) remove()
  })

  test.each(['bearer', 'refresh'] as const)(
    'no request fails and no row is foreign, TOKEN_STYLE=%s',
    async (style) => {
      const database = await freshDatabase()
      app = await deployment(folders, database, { TOKEN_STYLE: style })
      const { url, replicas, replace, usertwo, node } = app
      for (const file of ['schema.sql', 'usertwo/seed.sql']) await node('older', 'usertwo/sql.mjs', file)
      await usertwo('older', 'migrate', 'up', '--contract', '--yes')
      await node('older', 'record.mjs')
      const record = join(folders.older, 'usertwo.gate.json')
      copyFileSync(record, join(folders.newer, 'usertwo.gate.json'))

      await replace(0, 'older')
      await replace(1, 'older')
      const claim = { body: { ...ACCOUNTS.owner, claim_code: CLAIM_CODE } }
      await expecting(202, url, 'POST', '/api/auth/register', claim)
      const owner = await logIn(url, ACCOUNTS.owner)
      await invited(url, url, owner.access, ACCOUNTS.second)
      const second = await logIn(url, ACCOUNTS.second)
      const users = [
        busyUser(url, 'owner’s', [owner.access]),
        busyUser(url, 'second’s', [second.access]),
      ] as const
      for (const [at, user] of users.entries()) user.other = users[1 - at]!

      const steps: Record<string, { requests: number; failed: string[]; foreign: string[] }> = {}
      const step = async (name: string, work: () => Promise<unknown>) => {
        await work()
        await sleep(STEP_MS)
        const both = users.map((user) => user.take())
        const all = <K extends 'failed' | 'foreign'>(key: K) => both.flatMap((one) => one[key])
        const requests = Math.min(...both.map((one) => one.requests))
        steps[name] = { requests, failed: all('failed'), foreign: all('foreign') }
        console.log(
          `${style} ${name}: ${both.map((one) => one.requests).join(' + ')} requests, ${all('failed').length} failed, ${all('foreign').length} foreign`,
        )
      }
      let crossings = 0
      const problems: string[] = []
      const crossBoth = async (isRegistering: boolean) => {
        const { older, newer } = Object.fromEntries(replicas.map((one) => [one.version, one]))
        for (const [issuer, other] of [
          [older!, newer!],
          [newer!, older!],
        ] as const) {
          const { access } = await logIn(issuer.url, ACCOUNTS.owner)
          users[0].tokens.push(access)
          users[1].tokens.push((await logIn(issuer.url, ACCOUNTS.second)).access)
          const name = `${style}-${++crossings}`
          const account = { email: `${name}@todos.example.com`, password: `the first words of ${name} here` }
          const way = `${replicas.map((one) => one.version).join(' and ')}, from ${issuer.version} to ${other.version}`
          const work = async () => {
            const [at, then] = isRegistering ? [issuer, other] : [newer!, newer!]
            await invited(at.url, then.url, access, account)
            await cross({ issuer, other, account, style })
          }
          await work().catch((error: Error) => problems.push(`${way}: ${error.message}`))
        }
      }
      const invitedAt = async (url: string) => {
        const { access } = await logIn(url, ACCOUNTS.owner)
        const body = { email: `${style}-later@todos.example.com` }
        return (await call(url, 'POST', '/api/auth/invites', { body, ...bearer(access) })).status
      }
      try {
        await step('before', async () => {})
        await step('migrated by today’s', () => usertwo('newer', 'migrate', 'up'))
        await step('one of each', () => replace(0, 'newer').then(() => crossBoth(true)))
        await step('today’s', () => replace(1, 'newer'))
        await step('one of each, going back', async () => {
          // What a platform runs before each deploy.
          await usertwo('older', 'migrate', 'up')
          await replace(0, 'older')
          expect(await invitedAt(replicas[0]!.url)).toBe(201)
          await crossBoth(false)
        })
        await step('the older one on the new schema', () => replace(1, 'older'))
        await step('today’s again', async () => {
          await usertwo('newer', 'migrate', 'up')
          await replace(0, 'newer')
          await replace(1, 'newer')
        })
      } finally {
        await Promise.all(users.map((user) => user.stop()))
      }
      expect(problems).toEqual([])
      expect(crossings).toBe(4)
      expect(Object.keys(steps)).toHaveLength(7)
      for (const [name, { requests, failed, foreign }] of Object.entries(steps)) {
        expect({ name, failed, foreign }).toEqual({ name, failed: [], foreign: [] })
        expect([name, requests > 10]).toEqual([name, true])
      }
      const { rows } = await withClient(database.adminUrl, 'test', (client) => client.query(OWNERS))
      expect(rows).toEqual([
        { name: 'owner’s', owners: 1, astray: 0 },
        { name: 'second’s', owners: 1, astray: 0 },
      ])
    },
    900_000,
  )
})
