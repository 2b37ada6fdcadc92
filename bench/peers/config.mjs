// The app's configuration for usertwo. The app's process imports this too, so nothing here imports the
// migrations.
export const CONFIG = {
  name: 'notes',
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
