export default {
  app: { start: ['node', 'pg-alone.mjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /outside'] },
}
