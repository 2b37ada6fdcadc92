import { defineConfig } from 'usertwo'

/** What every notebook's configuration says: the tables and routes are the same, whichever library keeps them. */
export function notebook(name) {
  return defineConfig({
    name,
    app: {
      start: ['node', 'server.hardened.js'],
      bare: ['node', 'server.js'],
      migrate: ['node', '../notebook/migrate.js'],
      seed: ['node', '../notebook/seed.js'],
      drive: ['node', '../notebook/drive.js'],
    },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: {
      projects: { owner: 'user_id' },
      notes: { owner: 'user_id' },
      tags: { owner: 'user_id' },
      settings: { owner: 'user_id', perUser: true },
    },
    routes: { public: ['GET /health'] },
    mutations: 'usertwo/mutations.js',
    waivers: [
      {
        check: 'isolation.query-layer-alone',
        reason: 'no knex here: what the connection layer and row-level security do alone is to be seen',
        until: '2999-12-31',
      },
    ],
  })
}
