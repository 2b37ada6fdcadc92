import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'circle',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users', password: 'pwhash', create: { name: 'somebody', pwhash: 'none' } },
  tables: { things: { owner: 'user_id' } },
  routes: { public: ['GET /health'], legacy: { 'POST /login': 410, 'POST /register': 410 } },
  spa: false,
})
