module.exports = {
  name: 'chores',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'app.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { chores: { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
  spa: false,
}
