// Ways of large libraries, which a test installs in a folder that the environment's LIBRARIES names.
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { scope } from 'usertwo'

const { DATABASE_URL: connectionString, LIBRARIES = '.' } = process.env
const require = createRequire(resolve(LIBRARIES, 'package.json'))
const { Pool } = require('pg')
const now = (work) => work()

const ways = {
  // Joins the `findUnique` of all requests of a tick into one query. The start refuses it.
  prisma() {
    const { items } = prismaOver({ connectionString, max: 4 })
    return { find: (id) => items.findUnique({ where: { id } }), run: now }
  },

  // Joins those of one user alone.
  'prisma-scoped'() {
    const { items } = scope(prismaOver({ connectionString, max: 4 }))
    return { find: (id) => items.findUnique({ where: { id } }), run: now }
  },
  'prisma-scoped-pool'() {
    const { items } = scope(prismaOver(new Pool({ connectionString, max: 4 })))
    return { find: (id) => items.findUnique({ where: { id } }), run: now }
  },

  // Loaded with the first request. Its connections are refused.
  'prisma-late'() {
    let items
    const loaded = () => (items ??= prismaOver({ connectionString, max: 4 }).items)
    return { find: (id) => loaded().findUnique({ where: { id } }), run: now }
  },

  // Kept from both, to see what it does and what a gate says of it.
  'prisma-hidden'() {
    const { items } = prismaOver(hiddenPool())
    const folder = join(LIBRARIES, 'node_modules/@prisma/client')
    for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file]
    return { find: (id) => items.findUnique({ where: { id } }), run: now }
  },

  // One entity manager for the process: it gives everyone the entities that it has read for anyone.
  'mikro-orm': () => entityManager((em) => em),
  'mikro-orm-forked': () => entityManager((em) => em.fork()),
}

function prismaOver(pool) {
  const { PrismaClient } = require('@prisma/client')
  const { PrismaPg } = require('@prisma/adapter-pg')
  return new PrismaClient({ adapter: new PrismaPg(pool) })
}

/** A pool whose connections are opened outside the calls that need them. */
function hiddenPool() {
  class Hidden extends Pool {
    newClient(waiting) {
      setImmediate(() => super.newClient(waiting))
    }
  }
  return new Hidden({ connectionString, max: 4 })
}

async function entityManager(forRequest) {
  const { MikroORM, EntitySchema } = require('@mikro-orm/postgresql')
  const Item = new EntitySchema({
    name: 'Item',
    tableName: 'items',
    properties: {
      id: { type: 'number', primary: true },
      name: { type: 'string' },
      done: { type: 'boolean' },
      listId: { type: 'number', fieldName: 'list_id', serializedName: 'list_id' },
    },
  })
  const { em } = await MikroORM.init({
    clientUrl: connectionString,
    entities: [Item],
    allowGlobalContext: true,
  })
  return { find: (id) => forRequest(em).findOne(Item, id), run: now }
}

/** @returns `find` and `run` as in ways.mjs */
export function libraryWay(name) {
  const way = ways[name]
  if (!way) throw new Error(`WAY=${name}: no such way`)
  return way()
}
