import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'guestbook',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/health',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { messages: { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
  spa: false,
})
