// What the app is, as `usertwo init` read it: docs/configuration.md has every option.
import { defineConfig } from 'usertwo'

export default defineConfig({
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'], // the app as it was
    migrate: ['npm', 'run', '--silent', 'migrate'], // its tables, on an empty database
    seed: ['node', 'usertwo/sql.mjs', 'usertwo/seed.sql'], // some rows of the owner’s, for gates
    drive: ['node', 'usertwo/drive.mjs'], // the owner’s day, of which the baseline is recorded
    health: '/health', // answers without a table
    // By hand: what it is deployed with is what is gated and served. README has what production says beside it.
    env: {
      JOURNAL_TOKEN_STYLE: 'refresh',
      JOURNAL_AUTH_COOKIE_REFRESH: 'true',
      JOURNAL_REFRESH_GRACE_SECONDS: '0',
      JOURNAL_PASSWORD_HASH: 'argon2id',
      JOURNAL_JWT_ISS: 'https://journal.example',
      JOURNAL_JWT_AUD: 'journal',
      JOURNAL_METRICS: 'true',
    },
  },
  owner: { id: '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88' }, // whose data it is today
  users: { table: 'users' }, // made in phase 3: the app has none
  // A table that is not named here cannot be reached from a request.
  tables: {
    entries: { owner: 'author_id', access: 'readable' }, // by its name
    attachments: { owner: 'user_id', access: 'readable', via: 'entry_id' }, // added; its rows follow entries, by entry_id
    comments: { owner: 'user_id', access: 'readable', via: 'entry_id' }, // added; its rows follow entries, by entry_id
    drafts: { owner: 'author_id' }, // by its name
  },
  // Every route that is not named here needs a login from phase 6.
  routes: {
    public: ['GET /health'],
    ops: ['/metrics'],
    // By hand: what a program's token may, beside reading and writing at all.
    require: {
      '/api/v1': { scope: ['entries:read', 'entries:write'] },
      'POST /api/v1': { scope: 'entries:write' },
      'PUT /api/v1': { scope: 'entries:write' },
      'PATCH /api/v1': { scope: 'entries:write' },
      'DELETE /api/v1': { scope: 'entries:write' },
    },
    // By hand: what changes an entry, or what hangs on it, is offered to its author only.
    owned: {
      'GET /entries/:id/edit': 'entries',
      'POST /entries/:id': 'entries',
      'POST /entries/:id/delete': 'entries',
      'POST /entries/:id/comments': 'entries',
      'POST /entries/:id/attachments': 'entries',
      'POST /comments/:id/delete': 'comments',
      'POST /attachments/:id/delete': 'attachments',
    },
  },
  spa: { index: '/' },
  auth: { badge: true }, // by hand: who is logged in, on each page
  demo: { rows: 'claimed' }, // its login at /api/auth: JOURNAL_DEMO_USERNAME, JOURNAL_DEMO_PASSWORD
  prefix: 'JOURNAL_', // of its variables
})
