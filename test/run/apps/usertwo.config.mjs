export default {
  app: { start: ['usertwo', 'run', '--', 'node', 'listens.cjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /health'], debug: ['/debug'] },
}
