// Ways of large libraries, which a test installs in a folder that the environment's LIBRARIES names.
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const { DATABASE_URL: url, LIBRARIES = '.', HIDDEN } = process.env
const require = createRequire(resolve(LIBRARIES, 'package.json'))
const now = (work) => work()

const ways = {
  // Joins the `findUnique` of all requests of a tick into one query.
  prisma() {
    const { PrismaClient } = require('@prisma/client')
    const { PrismaPg } = require('@prisma/adapter-pg')
    const { items } = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 4 }) })
    if (HIDDEN) hide('@prisma/client')
    return { find: (id) => items.findUnique({ where: { id } }), run: now }
  },

  // One entity manager for the process: it gives everyone the entities that it has read for anyone.
  'mikro-orm': () => entityManager((em) => em),
  'mikro-orm-forked': () => entityManager((em) => em.fork()),
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
  const { em } = await MikroORM.init({ clientUrl: url, entities: [Item], allowGlobalContext: true })
  return { find: (id) => forRequest(em).findOne(Item, id), run: now }
}

/** @returns `find` and `run` as in ways.mjs */
export function libraryWay(name) {
  const way = ways[name]
  if (!way) throw new Error(`WAY=${name}: no such way`)
  return way()
}

/** Keeps a library from the start, which refuses it by the files that `require` has loaded. */
function hide(name) {
  const folder = join(LIBRARIES, 'node_modules', name)
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file]
}
