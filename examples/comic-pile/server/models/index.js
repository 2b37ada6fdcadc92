import * as agentMetrics from './agent-metrics.js'
import * as events from './events.js'
import * as sessions from './sessions.js'
import * as settings from './settings.js'
import * as snapshots from './snapshots.js'
import * as tasks from './tasks.js'
import * as threads from './threads.js'
import * as users from './users.js'

/** In the order their foreign keys allow. */
export const models = [users, threads, sessions, events, snapshots, settings, tasks, agentMetrics]

export async function createTables(db) {
  for (const model of models) {
    if (await db.schema.hasTable(model.name)) continue
    await db.schema.createTable(model.name, model.define)
  }
}
