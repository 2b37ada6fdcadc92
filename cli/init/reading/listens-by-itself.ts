import { findJobs } from '../../../reading/facts/jobs.js'
import { socketsInSource } from '../../../reading/routes/sockets.js'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import { readSources, type Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../reading/syntax/syntax.js'
import { traverse } from '../../../reading/syntax/tree.js'
import { parseConfig } from '../../../src/config/config.js'
import type { ExpressApp } from './express-app.js'
import type { StartCommand } from './start.js'

/** Returns whether the app is taken where its own server listens: it cannot be imported without starting one. */
export const listensByItself = (app: ExpressApp, start: StartCommand, sources: readonly Source[]) =>
  !app.exported ||
  finishedElsewhere(app, start, sources) ||
  (app.listen !== null &&
    !app.listen.guarded &&
    // The server that takes sockets is the one that the start makes.
    (importsListener(app, sources) || socketsInSource(sources).length > 0))

/**
 * Returns whether the start runs timers or workers that the app's own file does not load: an entry that imports the app
 * alone would leave them out.
 */
export async function startsJobs(
  folder: string,
  app: ExpressApp,
  start: StartCommand,
  sources: readonly Source[],
): Promise<boolean> {
  if (!app.listen || app.listen.guarded || app.module || app.file === start.file) return false
  if (findJobs(sources).length === 0) return false
  const command = { app: { start: ['node', app.file] }, owner: { id: 1 }, users: { table: 'users' } }
  const loaded = (await readSources(folder, parseConfig(command))).server.map(({ file }) => file)
  return findJobs(sources.filter(({ file }) => !loaded.includes(file))).length > 0
}

/** Returns whether the file that starts the app sets it up, as by `app.set('db', knex)`: imported alone the app lacks that. */
function finishedElsewhere(app: ExpressApp, start: StartCommand, sources: readonly Source[]): boolean {
  const source = sources.find(({ file }) => file === start.file)
  if (!source || source.file === app.file || app.factory) return false
  const names = [...source.imports].flatMap(([name, { file }]) => (isFileOf(file, app) ? [name] : []))
  let found = false
  traverse(source.tree, (node) => {
    const member = isCall(node) ? calledMember(node) : null
    if (member && /^(?:use|get|set|all|post)$/.test(member.name) && names.includes(nameOf(member.of) ?? ''))
      found = true
  })
  return found
}

/** Returns whether an import of the app's file makes it listen, in that file or in one that it loads. */
function importsListener(app: ExpressApp, sources: readonly Source[]): boolean {
  if (app.listen?.file === app.file) return true
  const seen = new Set<string>()
  const loads = (file: string): boolean => {
    if (seen.has(file)) return false
    seen.add(file)
    const source = sources.find((one) => one.file === file)
    return [...(source?.imports.values() ?? [])].some(({ file: next }) => {
      const name = sources.find((one) => isFileOf(next, one))?.file
      return name !== undefined && (name === app.listen?.file || loads(name))
    })
  }
  return loads(app.file)
}
