/** The recipe box as usertwo sees it. */
export default {
  name: 'recipes',
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
    recipes: { owner: 'user_id' },
    steps: { owner: 'user_id' },
  },
  routes: { public: ['GET /health', 'GET /login', 'GET /register'] },
  auth: {
    by: 'app',
    user: (req) => req.session?.userId ?? null,
    login: { post: '/login' },
    register: { post: '/register', more: { name: 'Somebody' } },
    logout: '/logout',
    lookups: { users: ['email', 'id'], tables: ['session'] },
  },
}
