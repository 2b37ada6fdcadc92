import { findJobs, jobAt } from '../../../reading/facts/jobs.js'
import { socketsInSource } from '../../../reading/routes/sockets.js'
import { FUNCTION } from '../../../reading/syntax/binding.js'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import { readSources, type Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { parseConfig } from '../../../src/config/config.js'
import { type ExpressApp, isForMain } from './express-app.js'
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
 * Returns whether the start alone runs timers or workers: an entry that imports the app would leave them out. It does not load
 * what only the start loads, and skips what the start does besides, as in `if (require.main === module)`.
 */
export async function startsJobs(
  folder: string,
  app: ExpressApp,
  start: StartCommand,
  sources: readonly Source[],
): Promise<boolean> {
  if (!app.listen || app.module || findJobs(sources).length === 0) return false
  if (app.file !== start.file) {
    const command = { app: { start: ['node', app.file] }, owner: { id: 1 }, users: { table: 'users' } }
    const loaded = (await readSources(folder, parseConfig(command))).server.map(({ file }) => file)
    if (findJobs(sources.filter(({ file }) => !loaded.includes(file))).length > 0) return true
  }
  const source = sources.find(({ file }) => file === start.file)
  return source !== undefined && beginsJob(source, jobNames(app, sources), app.file === start.file)
}

/** @param guarded only code counts that runs where the file is the main one: the rest runs in an entry too */
function beginsJob(source: Source, names: ReadonlySet<string>, guarded: boolean): boolean {
  let found = false
  traverse(source.tree, (node, parents) => {
    if (!jobAt(node, parents, source) && !names.has(calledName(node) ?? '')) return
    found ||= !guarded || parents.some(isForMain)
  })
  return found
}

/** The functions that begin a job when they are called, themselves or by another; not the one that makes the app. */
function jobNames(app: ExpressApp, sources: readonly Source[]): Set<string> {
  const names = new Set<string>()
  for (let before = -1; before < names.size; ) {
    before = names.size
    for (const source of sources)
      traverse(source.tree, (node, parents) => {
        if (!jobAt(node, parents, source) && !names.has(calledName(node) ?? '')) return
        const at = parents.findIndex(({ type }) => FUNCTION.test(type))
        const made = parents[at]
        if (!made || makesApp(made, app, source)) return
        const name = nameOf(child(made, 'id')) ?? nameOf(child(made, 'key')) ?? heldAs(parents[at + 1])
        if (name) names.add(name)
      })
  }
  return names
}

/** `const every = () => …`, `exports.every = () => …`, `{ every: () => … }`. */
const heldAs = (holder: Node | undefined) => {
  const held = holder ?? null
  return (
    nameOf(child(held, 'id')) ?? nameOf(child(child(held, 'left'), 'property')) ?? nameOf(child(held, 'key'))
  )
}

function makesApp(made: Node, app: ExpressApp, { file }: Source): boolean {
  let found = false
  traverse(made, (node) => {
    if (locate(file, node) === app.at) found = true
  })
  return found
}

const calledName = (node: Node) =>
  isCall(node) ? (calledMember(node)?.name ?? nameOf(child(node, 'callee'))) : null

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
