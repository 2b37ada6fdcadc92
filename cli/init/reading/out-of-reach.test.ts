import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { findHandles, mainHandle } from './handle.js'
import { refuseOldPrisma, refuseOneClient, refuseOutOfReach } from './out-of-reach.js'

/** What is wrong with a file that makes the handle; null: nothing. */
async function refusedIn(text: string, run = false): Promise<string | null> {
  const sources = [(await fileParser('.'))('db.js', text)]
  try {
    refuseOutOfReach(mainHandle(findHandles(sources))!, sources, { run, inEntry: false })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const PRISMA = `const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient({})`
const MIKRO_ORM = `import { MikroORM } from '@mikro-orm/postgresql'`

test.each([
  [`${PRISMA}; module.exports = { prisma }`, false],
  [`${MIKRO_ORM}\nexport const orm = MikroORM.initSync({ entities: [] })`, false],
  [`${MIKRO_ORM}\nexport const orm = await MikroORM.init({ allowGlobalContext: false })`, false],
  [`${MIKRO_ORM}\nconst start = async () => { const orm = await MikroORM.init() }`, true],
  [`${MIKRO_ORM}\nexport const orm = MikroORM.initSync({ resultCache: { expiration: 5 } })`, false],
])('goes on with %s', async (text, run) => {
  expect(await refusedIn(text, run)).toBeNull()
})

test.each([
  [PRISMA, false, /db\.js:2: the client of Prisma is given to scope\(prisma\).*export it from a file/],
  [`${PRISMA}; module.exports = { prisma }`, true, /db\.js:2: Prisma is given to .*leave --run out/],
  [
    `${MIKRO_ORM}\nconst start = async () => { const orm = await MikroORM.init() }`,
    false,
    /db\.js:2: the MikroORM is given to scope\(orm\) .*export it .*, or use init --run/,
  ],
  [
    `${MIKRO_ORM}\nexport const orm = MikroORM.initSync({\n  allowGlobalContext: true })`,
    true,
    /db\.js:3: with allowGlobalContext .* RequestContext\.create/,
  ],
  [
    `${MIKRO_ORM}\nexport const orm = MikroORM.initSync({})\norm.em.find(Tag, {}, { cache: 50 })`,
    true,
    /db\.js:3: cached results are kept for all users.*leave --run out/,
  ],
])('refuses %s (run: %s)', async (text, run, words) => {
  expect(await refusedIn(text, run)).toMatch(words)
})

test.each([
  ['', /db\.js:2: one Client .* make it a Pool of the same options, without its connect\(\)$/],
  ["client.on('notification', push)", /db\.js:2: one Client .* keep it for LISTEN .* by a Pool/],
])('refuses one Client for all requests, with what works instead: %s', async (more, words) => {
  const text = `const { Client } = require('pg')\nconst client = new Client()\n${more}`
  const sources = [(await fileParser('.'))('db.js', text)]
  expect(() => refuseOneClient(mainHandle(findHandles(sources))!, sources)).toThrow(words)
})

test.each([
  ['6.9.0', /db\.js:2: Prisma 6\.9\.0 .* npm install @prisma\/client@7 @prisma\/adapter-pg@7/],
  ['7.3.0', null],
  [null, null],
])('refuses a Prisma below 7, with what works instead: %s', async (version, words) => {
  const handle = mainHandle(findHandles([(await fileParser('.'))('db.js', PRISMA)]))!
  const refuse = () => refuseOldPrisma(handle, version)
  if (words) expect(refuse).toThrow(words)
  else expect(refuse).not.toThrow()
})
