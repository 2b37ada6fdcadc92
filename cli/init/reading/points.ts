import { readApp } from '../../../reading/app/app.js'
import { ownProcesses } from '../../../reading/app/own-processes.js'
import { installFor, workspaceOf } from '../../../reading/app/workspace-root.js'
import { type CorsOrigins, corsOrigins } from '../../../reading/facts/cors-origins.js'
import { type Dump, findDumps } from '../../../reading/facts/dumps.js'
import { unbuiltPages } from '../../../reading/facts/front-ends.js'
import { findJobs } from '../../../reading/facts/jobs.js'
import { ownCalls } from '../../../reading/facts/own-calls.js'
import { findUnhooked } from '../../../reading/facts/unhooked.js'
import { socketsInSource } from '../../../reading/routes/sockets.js'
import { swallowedErrors } from '../../../reading/routes/swallowed.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { START_ONCE } from '../files/planned.js'
import { findSynchronize } from './made-in-code.js'
import type { Reading } from './reading.js'

/** What the user must look at before a gate can say GO, as far as the sources show. */
export function pointsOf(reading: Reading): string[] {
  const { migrations, sources, start } = reading
  const synchronized = findSynchronize(sources)
  const isMadeAtStart = migrations.kind === 'start'
  return [
    ...(reading.first?.app.start && !reading.first.app.start.includes(reading.entryFile)
      ? [
          `${reading.first.file}: app.start was kept, and starts the app without usertwo: let it start ${reading.entryFile}, or make the two edits in the app’s own files`,
        ]
      : []),
    ...ofRepository(reading),
    ...(start.cd
      ? [
          `${start.at}: it changes to ${start.cd} first, and ${reading.entryFile} runs here, where usertwo finds its record: let the app name its files from import.meta.dirname or __dirname, not from where it is started (views, public, .env)`,
        ]
      : []),
    ...synchronized.map(
      (at) =>
        `${at}: TypeORM’s synchronize drops columns that no entity names at every start, and from phase 6 the owner column is one: set it to false, and make the tables by migration:run${isMadeAtStart ? `; for the gates ${START_ONCE} still makes them` : ' (app.migrate)'}`,
    ),
    ...(isMadeAtStart && !synchronized.includes(migrations.at)
      ? [
          `${migrations.at}: the app makes its tables while it starts, which production refuses from phase 2: let app.migrate do it, and the start no longer`,
        ]
      : []),
    ...(reading.caught || reading.run
      ? []
      : socketsInSource(sources).map(
          ({ at, kind }) =>
            `${at}: a ${kind} is attached to a server that ${reading.entryFile} does not make: attach it to what usertwo(…).listen() resolves to (docs/how-to/sockets-and-streams.md)`,
        )),
    ...ownCalls(sources)
      .filter(({ byBrowser }) => byBrowser)
      .map(
        ({ at }) =>
          `${at}: a browser opens a page of the app without a login, and is refused from phase 6: give it the page's HTML, page.setContent(html)`,
      ),
    ...corsOrigins(sources).map(ofCors),
    ...findTimers(sources),
    ...findDumps(sources).map(ofDump),
    ...ofSilentHandlers(sources),
    ...findUnhooked(sources).map(({ at, what }) => `${at}: ${what}`),
  ]
}

/** Programs beside the server, which no gate runs. */
export async function pointsBeside(folder: string): Promise<string[]> {
  return ownProcesses(await readApp(folder)).map(
    ({ at }) =>
      `${at}: it goes on running in a process of its own, where no layer is: from phase 6 it works for the owner alone. Let it scope(db) and await startWorker(config), and name the user of each job: docs/how-to/jobs.md`,
  )
}

/** Without it a browser is refused from phase 2 on, by an answer without a header. */
function ofCors({ at, origins, other }: CorsOrigins): string {
  const who = [...origins, ...(other ? [`the value of ${other}`] : [])].join(', ')
  return `${at}: the app lets browsers of ${who} in, and from phase 2 on only CORS_ORIGINS says who is: set it where the app runs, as in .env.example`
}

function ofDump({ at, program, routes }: Dump): string {
  const who = routes.length > 0 ? ` for ${routes.join(', ')}` : ''
  return `${at}: ${program} runs${who}, and from phase 6 it fails as the app’s login, also where the answer is 200: make backups by usertwo backup, or run it as the system (docs/how-to/back-up.md)`
}

/** Handlers whose errors a gate would wait for in vain. */
function ofSilentHandlers(sources: readonly Source[]): string[] {
  const [first, ...others] = swallowedErrors(sources)
  if (!first) return []
  const places = others.length > 0 ? `${first.at} and ${others.length} more` : first.at
  return [
    `${places}: it catches an error and sends no answer, so a gate cannot tell it from an app that hangs: res.status(500).end() in each catch, or next(error) (scan lists them)`,
  ]
}

/** What the other packages of the repository have to do first. */
function ofRepository({ folder, sources, manifest }: Reading): string[] {
  const workspace = workspaceOf(folder)
  return [
    ...unbuiltPages(folder, sources).map(
      (one) =>
        `${one.at}: it serves ${one.folder}, which is not there: ${one.build} makes it. Then take away what is written and run init again, which sees the pages`,
    ),
    ...(workspace && workspace.root !== folder && !manifest.dependencies.usertwo
      ? [
          `package.json: usertwo is not among its dependencies, and the server needs it where it runs: ${installFor(workspace.root, folder, 'usertwo')}`,
        ]
      : []),
  ]
}

/** Work that the app does outside of any request: by the clock, a queue, or what it hears from elsewhere. */
export function findTimers(sources: readonly Source[]): string[] {
  return findJobs(sources).map(
    ({ at, what, by }) =>
      `${at}: ${what} runs outside of any request: what it asks of people’s rows is refused from phase 6 (no_current_user), and isolation.jobs is red, until it says for whom: ${by === 'listener' ? 'asUser(id, work) for the user it comes for' : 'forEachUser(work) or asSystem(reason, work), or in the worker of a queue asInjectedUser(job.data, work)'}: docs/how-to/jobs.md`,
  )
}
