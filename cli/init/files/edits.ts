import { readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'
import { isOutside } from '../monorepo/outside.js'
import type { Reading } from '../reading/reading.js'
import { type LineEdit, unified } from './unified.js'

/**
 * Returns the two edits in the app's own files and the configuration that belongs to them, as a diff. Null
 * when one of them is more than a line, because the app is created, or listens, in an unusual way.
 */
export function editsOf(reading: Reading, config: string): string | null {
  const { app, handle, sources, folder, configFile, start, entryFile } = reading
  const source = sources.find(({ file }) => file === app.listen?.file)
  const database = sources.find(({ file }) => file === handle.file)
  const listening = source && app.listen && listenEdit(app.listen.call, source, textOf(folder, source))
  const scoping = database && scopeEdit(reading, textOf(folder, database))
  // A patch for the app's folder has no file outside of it.
  if (!source || !database || [source, database].some(isOutside)) return null
  if (!listening || !scoping) return null
  const same = source === database
  const leads = posix.join(relative(dirname(source.file), '.').replaceAll('\\', '/') || '.', configFile)
  const from = leads.startsWith('.') ? leads : `./${leads}`
  const edits = new Map<Source, LineEdit[]>([[source, [listening]]])
  const put = (into: Source, names: string, more: readonly string[] = []) =>
    edits.set(into, [loading(into, textOf(folder, into), names, more), ...(edits.get(into) ?? [])])
  if (!same) edits.set(database, [scoping])
  else edits.get(source)!.push(scoping)
  put(source, same ? '{ scope, usertwo }' : '{ usertwo }', [from])
  if (!same) put(database, '{ scope }')
  const lines = config.split('\n')
  const own: LineEdit[] = lines.flatMap((line, at) => {
    if (line.startsWith('    bare:')) return [{ at, remove: 1, add: [] }]
    const changed = line.startsWith('    start:') ? line.replace(entryFile, start.file) : line
    return changed === line ? [] : [{ at, remove: 1, add: [changed] }]
  })
  return [
    ...[...edits].map(([{ file }, list]) => unified(file, textOf(folder, { file }), list)),
    unified(configFile, config, own),
  ].join('\n')
}

const textOf = (folder: string, { file }: Pick<Source, 'file'>) => readFileSync(join(folder, file), 'utf8')
const between = (text: string, node: Node) => text.slice(node.start as number, node.end as number)
const end = (text: string) => (/;\s*$/m.test(text) ? ';' : '')
const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length - 1

/** `app.listen(3000, done)` → `usertwo(app, usertwoConfig).listen(3000).then(() => done())`. */
export function listenEdit(call: Node, { tree }: Source, text: string): LineEdit | null {
  const of = calledMember(call)?.of
  if (of?.type !== 'Identifier' || isServer(nameOf(of)!, tree)) return null
  const given = children(call, 'arguments')
  const done = given.at(-1)
  const isDone =
    done &&
    (/Function/.test(done.type) ||
      (given.length > 1 &&
        done.type === 'Identifier' &&
        /^(?:on|done|cb|call|listening)/i.test(nameOf(done)!)))
  const where = (isDone ? given.slice(0, -1) : given).map((one) => between(text, one)).join(', ')
  const changed = `usertwo(${between(text, of)}, usertwoConfig).listen(${where})${isDone ? `.then(${calledBare(done, text)})` : ''}`
  const [first, last] = [lineAt(text, call.start as number), lineAt(text, call.end as number)]
  const lines = text
    .split('\n')
    .slice(first, last + 1)
    .join('\n')
  const offset = text.split('\n').slice(0, first).join('\n').length + (first ? 1 : 0)
  const before = lines.slice(0, (call.start as number) - offset)
  // What is made of the server afterwards is a promise of one.
  if (/[=(]|return/.test(before)) return null
  const after = lines.slice((call.end as number) - offset)
  return {
    at: first,
    remove: last - first + 1,
    add: `${before}${changed}${after} // edit 2: around the app`.split('\n'),
  }
}

/** A callback that gets no argument: Express 5 gives it an error, and the promise of usertwo the server. */
function calledBare(done: Node, text: string): string {
  const given = between(text, done)
  if (done.type === 'Identifier') return `() => ${given}()`
  return children(done, 'params').length ? `() => (${given})()` : given
}

/** Whether a variable is a server that the app makes (`http.createServer(app)`), and not the app itself. */
function isServer(name: string, tree: Node): boolean {
  let found = false
  traverse(tree, (node) => {
    if (node.type !== 'VariableDeclarator' || nameOf(child(node, 'id')) !== name) return
    const made = child(node, 'init')
    const callee = made && isCall(made) ? child(made, 'callee') : null
    if (callee && /^(?:createServer|Server)$/.test(nameOf(callee) ?? calledMember(made!)?.name ?? ''))
      found = true
  })
  return found
}

/** `scope(pool)` below the handle, or around the expression that is exported as it is. */
function scopeEdit({ handle }: Reading, text: string): LineEdit | null {
  const { declaration, name, single } = handle
  if (single || !name) return null
  const line = lineAt(text, declaration.end as number)
  return {
    at: line + 1,
    remove: 0,
    add: [`scope(${name})${end(text)} // edit 1: around the database handle`],
  }
}

/** Below the first module that the file loads, in its own way. */
function loading({ tree }: Source, text: string, names: string, configs: readonly string[]): LineEdit {
  const first =
    children(tree, 'body').find((one) => one.type === 'ImportDeclaration' || requires(one)) ?? null
  const at = first ? lineAt(text, first.end as number) + 1 : 0
  const esm = /^\s*import\s/m.test(text)
  const line = (what: string, where: string) =>
    esm ? `import ${what} from '${where}'${end(text)}` : `const ${what} = require('${where}')${end(text)}`
  return { at, remove: 0, add: [line(names, 'usertwo'), ...configs.map((one) => line('usertwoConfig', one))] }
}

function requires(statement: Node): boolean {
  let found = false
  if (statement.type === 'VariableDeclaration')
    traverse(statement, (node) => {
      if (isCall(node) && nameOf(child(node, 'callee')) === 'require') found = true
    })
  return found
}
