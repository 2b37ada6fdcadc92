// What the app is, to usertwo. Its own process loads it too: nothing here loads what migrates.
export const CONFIG = {
  name: 'notes',
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
