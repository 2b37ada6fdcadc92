const { DEMO, METRICS_PORT, STARTUP } = process.env

export default {
  app: {
    start: ['usertwo', 'run', '--', 'node', 'listens.cjs'],
    ...(METRICS_PORT && { managementPorts: [Number(METRICS_PORT)] }),
  },
  ...(STARTUP && { startup: STARTUP }),
  ...(DEMO && { demo: { rows: DEMO } }),
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /health'], debug: ['/debug'] },
}
