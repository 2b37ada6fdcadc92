export default {
  app: { start: ['node', 'app.mjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
