export default {
  app: {
    start: ['usertwo', 'run', '--', 'node', 'app.cjs'],
    migrate: ['node', 'migrate.cjs'],
    env: { TEST_DB_URL: '$DATABASE_URL' },
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, kinds: { access: 'reference' } },
  routes: { public: ['GET /health'], debug: ['/debug'] },
}
