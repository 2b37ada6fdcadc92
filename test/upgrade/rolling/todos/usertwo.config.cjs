// What the app is, as `usertwo init` read it: docs/configuration.md has every option.
const { defineConfig } = require('usertwo')

module.exports = defineConfig({
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'], // the app as it was
    migrate: ['node', 'usertwo/sql.mjs', 'schema.sql'], // its tables, on an empty database
    drive: ['node', 'usertwo/drive.mjs'], // the owner’s day, of which the baseline is recorded
    health: '/health', // answers without a table
    seed: ['node', 'usertwo/sql.mjs', 'usertwo/seed.sql'], // some rows of the owner’s, for gates
  },
  owner: { id: 1 }, // whose data it is today
  users: { table: 'users' }, // made in phase 3: the app has none
  // A table that is not named here cannot be reached from a request.
  tables: {
    lists: { owner: 'user_id' }, // added; all its rows are yours
    todos: { owner: 'user_id' }, // added; its rows follow lists, by list_id
  },
  // Every route that is not named here needs a login from phase 6.
  routes: {
    public: ['GET /health'],
  },
  spa: false, // no page was seen
})
