/** The reading list as usertwo sees it. */
export default {
  name: 'reading-list',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
  },
  owner: { id: 1 },
  users: { table: 'users', password: 'password_hash' },
  spa: { index: '/' },
  tables: {
    books: { owner: 'user_id' },
    notes: { owner: 'user_id' },
    marks: { owner: 'user_id', unique: ['marks_pkey'] },
  },
  routes: { public: ['GET /health', 'GET /', 'GET /page.js'] },
  auth: {
    by: 'app',
    user: (req) => req.user?.id ?? null,
    login: { post: '/auth/login', token: 'data.token', localStorage: 'token' },
    register: { post: '/auth/register', more: { name: 'Somebody' } },
    lookups: { users: ['email', 'id'] },
  },
}
