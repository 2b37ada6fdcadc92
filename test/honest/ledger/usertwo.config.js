import { defineConfig } from 'usertwo'
export default defineConfig({
  name: 'ledger',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/health',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    session: { access: 'session' },
    notes: { owner: 'user_id', keys: 'chosen', unique: ['notes_pkey'] },
    entries: { owner: 'user_id', unique: ['entries_ref_key'] },
    readings: { owner: 'user_id' },
    files: { owner: 'user_id', unique: ['files_pkey'] },
    docs: { owner: 'user_id', unique: ['docs_pkey'] },
    visits: { owner: 'user_id' },
    stars: { owner: 'user_id' },
    star_log: { owner: 'user_id' },
    digests: { owner: 'user_id' },
  },
  routes: { public: ['GET /health'] },
  spa: false,
})
