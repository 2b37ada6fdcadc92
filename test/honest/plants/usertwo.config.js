import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'plants',
  app: {
    start: ['node', 'server.hardened.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/count',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { plants: { owner: 'user_id' }, waterings: { owner: 'user_id' } },
  routes: { public: ['GET /count'] },
  spa: { index: '/' },
})
