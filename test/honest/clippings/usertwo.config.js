import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'clippings',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    clippings: { owner: 'user_id', keys: 'chosen', unique: ['clippings_pkey'] },
    links: { owner: 'user_id' },
  },
  routes: { public: ['GET /health'] },
  spa: false,
})
