import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'errands',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/api',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { errands: { owner: 'user_id' } },
  routes: { public: ['GET /api'] },
  spa: false,
})
