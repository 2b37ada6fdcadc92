import { defineConfig } from 'usertwo'
import { KEYS } from './keys.js'

const NO_KNEX = {
  mutations: 'usertwo/mutations.js',
  waivers: [
    {
      check: 'isolation.query-layer-alone',
      reason: 'no knex here: what the connection layer and row-level security do alone is to be seen',
      until: '2999-12-31',
    },
  ],
}

/** What every notebook's configuration says: the tables and routes are the same, whichever library keeps them. */
export function notebook(name, { keys = 'numbers', knex = false } = {}) {
  const run = (file) => ['node', `../notebook/${file}`, keys]
  return defineConfig({
    name,
    app: {
      start: ['node', 'server.hardened.js'],
      bare: ['node', 'server.js'],
      migrate: run('migrate.js'),
      seed: run('seed.js'),
      drive: run('drive.js'),
    },
    owner: { id: KEYS[keys].owner },
    users: { table: 'users' },
    tables: {
      projects: { owner: 'user_id' },
      notes: { owner: 'user_id' },
      tags: { owner: 'user_id' },
      settings: { owner: 'user_id', perUser: true },
    },
    routes: { public: ['GET /health'] },
    ...(!knex && NO_KNEX),
  })
}
