// What breaks and what leaks is chosen by the environment of the gate.
const { BAD, LEAK } = process.env

export default {
  name: 'broken',
  app: {
    start: ['node', 'server.hardened.mjs'],
    bare: ['node', 'server.mjs'],
    migrate: ['node', 'migrate.mjs'],
    drive: ['node', 'drive.mjs'],
    env: { ...(BAD && { BAD }), ...(LEAK && { LEAK }) },
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
}
