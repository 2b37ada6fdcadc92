import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { refusePrivilegedLogin } from './privileged-login.js'

const open: pg.Client[] = []
afterEach(() => Promise.all(open.splice(0).map((client) => client.end())))

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  open.push(client)
  return client
}

test('lets a plain login start', async () => {
  const { url } = await freshDatabase()
  await expect(refusePrivilegedLogin(await connected(url))).resolves.toBeUndefined()
})

test.each(['superuser', 'bypassrls'])(
  'refuses a login that is %s, with the statement that fixes it',
  async (right) => {
    const { adminUrl, name, url } = await freshDatabase()
    const admin = await connected(adminUrl)
    const boss = `${name}_boss`
    await admin.query(`create role ${boss} login ${right} password 'boss'`)
    const as = new URL(adminUrl)
    ;[as.username, as.password] = [boss, 'boss']
    await expect(refusePrivilegedLogin(await connected(as.href))).rejects.toThrow(
      new RegExp(`${boss}[\\s\\S]*ALTER ROLE "?${boss}"? IN DATABASE "?${name}"? SET role = `),
    )
    const plain = new URL(url).username
    await admin.query(`grant ${plain} to ${boss}; alter role ${boss} in database ${name} set role = ${plain}`)
    await expect(refusePrivilegedLogin(await connected(as.href))).resolves.toBeUndefined()
    await admin.query(`alter role ${boss} in database ${name} set role = postgres`).catch(() => {})
    await Promise.all(open.splice(0).map((client) => client.end()))
    const again = await connected(adminUrl)
    await again.query(`drop role ${boss}`)
  },
)
