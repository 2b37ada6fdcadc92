export default {
  name: 'mixed-users',
  app: {
    start: ['node', 'server.hardened.mjs'],
    bare: ['node', 'server.mjs'],
    migrate: ['node', 'migrate.mjs'],
    drive: ['node', 'drive.mjs'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { lists: { owner: 'user_id' }, items: { owner: 'user_id' } },
  dangerouslyAnswerForeignRows: process.env.ANSWER_FOREIGN_ROWS === 'true',
  routes: { public: ['GET /health'] },
}
