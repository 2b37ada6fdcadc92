import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'noticeboard',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notices: { owner: 'user_id', access: 'readable' }, reminders: { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
})
