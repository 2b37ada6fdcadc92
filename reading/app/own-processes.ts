import { join } from 'node:path'
import { handlesOf } from '../facts/handles.js'
import { findJobs } from '../facts/jobs.js'
import { startIn } from '../facts/start.js'
import type { Site } from '../owners/owner-ids.js'
import type { Source } from '../syntax/sources.js'
import { isCall, nameOf } from '../syntax/syntax.js'
import { child, children, type Node, traverse } from '../syntax/tree.js'
import type { App } from './app.js'

/**
 * Finds programs beside the server that go on running and ask the database: `worker: node worker.js` of a Procfile. No request
 * reaches them and no layer is in them, so from phase 6 on they work for the owner alone.
 */
export function ownProcesses({ folder, sources }: Pick<App, 'folder' | 'sources'>): Site[] {
  const server = sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const byPath = new Map(server.map((source) => [join(folder, source.file), source]))
  const loadsOf = ({ imports }: Source) =>
    [...imports.values()].flatMap(({ file }) => (file && byPath.get(file)) || [])
  const loaded = new Set(server.flatMap(loadsOf))
  return server
    .filter((source) => !loaded.has(source))
    .flatMap((entry) => {
      const program = new Set([entry])
      for (const one of program) for (const other of loadsOf(one)) program.add(other)
      const all = [...program]
      const isBeside =
        !all.some(loadsUsertwo) &&
        !all.some((one) => startIn(one).listens.length > 0 || makesApp(one)) &&
        handlesOf({ sources: all.map((source) => ({ role: 'server', source })) }).length > 0 &&
        (findJobs(all).length > 0 || all.some(goesOn))
      return isBeside ? [{ at: `${entry.file}:1`, what: 'a process of its own, which goes on running' }] : []
    })
}

const loadsUsertwo = ({ imports }: Source) => [...imports.values()].some(({ module }) => module === 'usertwo')
const makesApp = ({ imports }: Source) => [...imports.values()].some(({ module }) => module === 'express')

/** `setTimeout(loop, 5000)` in `loop`, `while (true)`, `for (;;)`. */
function goesOn({ tree }: Source): boolean {
  let found = false
  traverse(tree, (node, parents) => {
    if (node.type === 'WhileStatement') found ||= child(node, 'test')?.value === true
    else if (node.type === 'ForStatement') found ||= !child(node, 'test')
    else if (isCall(node) && nameOf(child(node, 'callee')) === 'setTimeout') {
      const again = nameOf(children(node, 'arguments')[0] ?? null)
      found ||= again !== null && parents.some((one, at) => functionName(one, parents[at + 1]) === again)
    }
  })
  return found
}

const functionName = (node: Node, holder: Node | undefined) =>
  nameOf(child(node, 'id')) ?? (holder?.type === 'VariableDeclarator' ? nameOf(child(holder, 'id')) : null)
