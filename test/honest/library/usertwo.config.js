import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'library',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/health',
  },
  owner: { id: 1 },
  users: { table: 'readers' },
  tables: { books: { owner: 'reader_id' } },
  routes: { public: ['GET /health'] },
})
