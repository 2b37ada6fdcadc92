export default {
  app: { start: ['usertwo', 'run', '--', 'node', 'served.cjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' }, events: { owner: 'user_id' } },
}
