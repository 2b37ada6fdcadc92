// For the check of `auth.stepUp`, which both examples do without.
const stepUp = process.env.STEP_UP === 'true'

export default {
  name: 'remembering',
  app: {
    start: ['node', 'server.hardened.mjs'],
    bare: ['node', 'server.mjs'],
    migrate: ['node', 'migrate.mjs'],
    drive: ['node', 'drive.mjs'],
    ...(stepUp && { env: { STEP_UP: 'true' } }),
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, kinds: { access: 'reference' } },
  routes: { public: ['GET /health'] },
  ...(stepUp && { auth: { stepUp: { 'PUT /draft': 10, '/notes/:id': 5 } } }),
}
