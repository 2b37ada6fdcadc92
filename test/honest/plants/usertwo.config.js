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
  users: { table: 'people', password: 'pwhash' },
  tables: { plants: { owner: 'user_id' }, waterings: { owner: 'user_id' } },
  routes: {
    public: ['GET /count'],
    legacy: { 'GET /join': { redirect: '/auth/register' }, 'POST /join': 410 },
  },
  spa: { index: '/' },
})
