import { defineConfig } from 'usertwo'

export default defineConfig({
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'server/migrate.js'],
    seed: ['node', 'server/seed.js'],
    drive: ['node', 'scripts/drive.js'],
    env: { AUTO_BACKUP_ENABLED: 'false' },
  },
  owner: { id: 1 },
  users: { table: 'users', id: 'id' },
  auth: { badge: true },
  tables: {
    // In the order in which they are switched on: a table at a time, parents first.
    sessions: { owner: 'user_id' },
    // An undo puts deleted threads back under their ids.
    threads: { owner: 'user_id', keys: 'chosen' },
    events: { owner: 'user_id' },
    snapshots: { owner: 'user_id' },
    settings: { owner: 'user_id', perUser: true },
    tasks: { access: 'reference' },
    agent_metrics: { access: 'reference' },
  },
  routes: {
    public: ['GET /health'],
    debug: ['/debug'],
    ops: [
      '/api/admin',
      '!/api/admin/settings',
      '/api/tasks',
      '!/api/tasks/metrics',
      '/api/retros',
      '/api/manager-daemon',
    ],
    // HTML that only the pages before React asked for, and, protected, what the React pages still ask for.
    legacy: {
      'GET /api/rate': { redirect: '/rate' },
      'GET /api/rate/': { redirect: '/rate' },
      'GET /api/threads/active': 410,
      'GET /api/threads/completed': 410,
      'POST /api/roll/html': { redirect: '/' },
      'POST /api/roll/reroll': { redirect: '/' },
      'POST /api/roll/set-die': 'protect',
      'POST /api/roll/clear-manual-die': 'protect',
      'POST /api/roll/dismiss-pending': 'protect',
    },
  },
  spa: {
    index: '/',
    routes: ['/rate', '/queue', '/history', '/sessions/:id', '/analytics', '/settings'],
  },
  flows: ['usertwo/flow.js'],
  mutations: 'usertwo/mutations.js',
  startup: 'system',
  waivers: [
    {
      check: 'isolation.shared-locks',
      parts: [
        'advisory lock 12345',
        'queue in the process: GET /api/sessions/current/',
        'queue in the process: POST /api/roll/set-die',
        'queue in the process: POST /api/roll/clear-manual-die',
        'queue in the process: POST /api/roll/html',
        'queue in the process: POST /api/roll/reroll',
      ],
      reason: 'readers wait for each other while one session is begun, every few hours and for milliseconds',
      until: '2027-06-30',
    },
  ],
})
