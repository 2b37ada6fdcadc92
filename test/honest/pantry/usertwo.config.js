import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'pantry',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    kinds: { access: 'reference' },
    shelves: { owner: 'user_id', access: 'readable' },
    jars: { owner: 'user_id' },
    notes: { owner: 'user_id', via: 'jar_id' },
  },
  routes: { public: ['GET /health'] },
})
