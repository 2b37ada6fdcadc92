import { findSynchronize } from './migrations.js'
import type { Reading } from './reading.js'
import { findTimers } from './timers.js'
import { findUnhooked } from './unhooked.js'

/** What the sources say that somebody must look at before a gate can say GO. */
export function pointsOf(reading: Reading): string[] {
  return [
    ...(reading.start.cd
      ? [
          `${reading.start.at}: it changes to ${reading.start.cd} first, and ${reading.entryFile} runs here, where usertwo finds its record: let the app name its files from import.meta.dirname or __dirname, not from where it is started (views, public, .env)`,
        ]
      : []),
    ...findSynchronize(reading.sources).map(
      (at) =>
        `${at}: TypeORM’s synchronize drops columns that no entity names at every start, and from phase 6 the owner column is one: set it to false, and make the tables in app.migrate (migration:run)`,
    ),
    ...(reading.migrations.kind === 'start'
      ? [
          `${reading.migrations.at}: the app makes its tables while it starts, which production refuses from phase 2: let app.migrate do it, and the start no longer`,
        ]
      : []),
    ...findTimers(reading.sources),
    ...findUnhooked(reading.sources),
  ]
}
