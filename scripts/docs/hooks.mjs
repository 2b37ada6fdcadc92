// Observes what is hooked instead of listing it: wraps an app at every dial and inspects the process.

const APP = { app: { start: ['node', 'app.js'] }, owner: { id: 1 }, users: { table: 'users' } }
const ENVIRONMENT = {
  ENVIRONMENT: 'development',
  JWT_SECRET: 'not important here, because no user logs in',
}

/**
 * Returns what `usertwo run`, `scope(db)` and `usertwo(app, config)` hook in this process, from when, and
 * until when.
 * @param toolkit `usertwo`, `scope`, `hooks` and `install` (of src/run) of one copy of the package
 * @param app creates an Express app
 * @param db a knex handle; it is scoped, and no query is sent
 */
export async function hooksOf({ usertwo, scope, hooks, install }, app, db) {
  const rows = new Map()
  const note = (from) => {
    for (const hook of hooks()) if (!rows.has(hook.of)) rows.set(hook.of, { ...hook, from })
  }
  // These hooks belong to a process started by `usertwo run`, which never removes them.
  const uninstall = install(JSON.stringify({ config: 'usertwo.config.js' }))
  note('`usertwo run`')
  const ofRun = new Set(rows.keys())
  uninstall()
  const before = { ...process.env }
  try {
    scope(db)
    note('`scope(db)`')
    for (let dial = 0; dial <= 8; dial++) {
      Object.assign(process.env, ENVIRONMENT, { USERTWO_PHASE: String(dial) })
      const wrapped = usertwo(app(), APP)
      note(`phase ${dial}`)
      await wrapped.dispose()
    }
  } finally {
    process.env = before
  }
  const left = new Set(hooks().map(({ of }) => of))
  return [...rows.values()].map((row) => ({ ...row, stays: left.has(row.of) || ofRun.has(row.of) }))
}
