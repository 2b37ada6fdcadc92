import { defineConfig } from 'usertwo'
import { KEYS } from './keys.js'

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
    ...(!knex && { mutations: 'usertwo/mutations.js' }),
  })
}
