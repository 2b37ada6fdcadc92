// The app's configuration for usertwo. Its own process loads it too, so nothing here loads the migrations.
export const CONFIG = {
  name: 'notes',
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
