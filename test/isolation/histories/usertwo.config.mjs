export default {
  name: 'histories',
  app: {
    start: ['node', 'server.hardened.mjs'],
    bare: ['node', 'server.mjs'],
    migrate: ['node', 'migrate.mjs'],
    drive: ['node', 'drive.mjs'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, totals: { owner: 'user_id', unique: ['totals_pkey'] } },
  routes: { public: ['GET /health'] },
}
