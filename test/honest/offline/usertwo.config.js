import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'offline',
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
    notes: { owner: 'user_id', keys: 'chosen', unique: ['notes_pkey'] },
    tasks: { owner: 'user_id', unique: ['tasks_pkey'] },
    readings: { owner: 'user_id', unique: ['readings_pkey'] },
  },
  routes: { public: ['GET /health'] },
  spa: false,
})
