import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'bookmarks',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/health',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    settings: { owner: 'user_id', perUser: true, unique: ['settings_pkey'] },
    counters: {
      owner: 'user_id',
      unique: ['counters_pkey'],
      newUserRows: [{ name: 'saved' }, { name: 'opened' }],
    },
    tags: { owner: 'user_id', unique: ['tags_pkey'] },
    shelves: { owner: 'user_id', newUserRows: [{ name: 'work' }, { name: 'home' }] },
    folders: { owner: 'user_id', unique: ['folders_pkey'] },
    bookmarks: { owner: 'user_id', unique: ['bookmarks_key_key'] },
    bookmark_tags: { owner: 'user_id', via: 'bookmark_id' },
    searches: { owner: 'user_id' },
    receipts: { owner: 'user_id', unique: ['receipts_year_number_key'] },
    snapshots: { owner: 'user_id' },
  },
  routes: { public: ['GET /health'] },
  spa: { index: '/search' }, // a page that the app writes
})
