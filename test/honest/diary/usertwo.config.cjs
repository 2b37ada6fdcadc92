module.exports = {
  name: 'diary',
  app: {
    start: ['usertwo', 'run', '--', 'node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { days: { owner: 'user_id' }, lines: { owner: 'user_id', via: 'day_id' } },
  routes: { public: ['GET /health'], debug: ['/debug'] },
  spa: false,
}
