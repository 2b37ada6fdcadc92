import { join, posix } from 'node:path'
import { readApp } from '../../reading/app/app.js'
import { declaredTables } from '../../reading/facts/tables.js'
import { guessOwners } from '../../reading/owners/owner.js'
import { findOwnerIds, functionsOf } from '../../reading/owners/owner-ids.js'
import type { OwnerNames } from '../../reading/owners/owner-names.js'
import { fileParser, type Source } from '../../reading/syntax/sources.js'
import { nameOf } from '../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../reading/syntax/tree.js'
import { diffOf, diffOfNew, edited, type TextEdit } from './edit.js'
import type { Fix } from './fix.js'
import { type Rewritten, rewriteCall } from './rewrite.js'

const DOES: Fix['does'] = ['asks for the current user', 'ask for the current user']
const ANOTHER_SHAPE = 'a shape that is not rewritten by itself'

/** Where an app says that it is user 1, as its text would ask for the current user. Nothing is written. */
export async function fixOwnerIds(folder: string): Promise<Fix> {
  const app = await readApp(folder)
  const { names } = guessOwners(declaredTables(app))
  const sources = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const constants = ownerConstants(app.folder, sources, names)
  const functions = functionsOf(sources)
  const fixes = sources.map((source) => {
    const text = app.texts.get(source.file)!
    const known = { constants: constants.get(source.file)!, functions }
    return { source, text, known, ...rewriteCall(source, text, names, known) }
  })
  const changed = fixes.filter(({ edits }) => edits.length > 0)
  const helper = changed.length
    ? helperFor(
        changed.map(({ source }) => source.file),
        changed.some(({ source }) =>
          children(source.tree, 'body').some(({ type }) => /^(Import|Export)/.test(type)),
        ),
        names.id,
      )
    : null
  const parse = await fileParser(app.folder)
  const after = fixes.map((fix) => {
    const line = helper && fix.edits.length ? importOf(helper, fix.source, fix.text) : null
    const edits: TextEdit[] = line ? [...fix.edits, line] : fix.edits
    const text = edited(fix.text, edits)
    const added = line ? fix.text.slice(0, line.from).split('\n').length : Number.POSITIVE_INFINITY
    return { ...fix, edits, after: text, added, source: parse(fix.source.file, text) }
  })
  const left = leftOf(after, names)
  if (!helper) return { files: [], diff: '', rewritten: 0, does: DOES, left }
  const written = after.filter(({ edits }) => edits.length > 0)
  return {
    files: [
      { ...helper, isNew: true },
      ...written.map(({ source: { file }, after: text }) => ({ file, text, isNew: false })),
    ],
    diff: [
      diffOfNew(helper.file, helper.text),
      ...written.map(({ source: { file }, text, edits }) => diffOf(file, text, edits)),
    ].join('\n'),
    rewritten: changed.reduce(
      (sum, { edits }) => sum + new Set(edits.map(({ from, to }) => `${from} ${to}`)).size,
      0,
    ),
    does: DOES,
    left,
  }
}

interface After extends Rewritten {
  source: Source
  known: { constants: ReadonlySet<string> }
  /** the line that was added, counted from 1: those behind it stood one higher */
  added: number
}

/** What is found in the new text, at its old lines: nothing is called rewritten that is not. */
function leftOf(fixes: readonly After[], names: OwnerNames): Fix['left'] {
  const found = findOwnerIds(
    fixes.map(({ source }) => source),
    names,
  ).flatMap(({ at, what }) => {
    const [, file, number] = /^(.*):(\d+)$/.exec(at)!
    const fix = fixes.find(({ source }) => source.file === file)!
    const line = Number(number) - (Number(number) > fix.added ? 1 : 0)
    // A constant stays, as the owner's id; what uses it asks.
    if (fix.known.constants.has(/^\w+/.exec(what)?.[0] ?? '')) return []
    return [{ at: `${file}:${line}`, what, why: fix.left.get(line) ?? ANOTHER_SHAPE }]
  })
  const others = fixes.flatMap(({ source: { file }, left }) =>
    [...left].map(([line, why]) => ({ at: `${file}:${line}`, what: `stands for ${names.id}`, why })),
  )
  return [...new Map([...others, ...found].map((one) => [one.at, one])).values()]
}

/**
 * Names that hold the owner's id, file by file: `const USER_ID = 1`, `= Number(process.env.USER_ID || 1)`,
 * and imports of such a name from another file. A name that is declared twice or can be reassigned does not
 * count.
 */
function ownerConstants(
  folder: string,
  sources: readonly Source[],
  names: OwnerNames,
): Map<string, Set<string>> {
  const declared = new Map(sources.map(({ file, tree }) => [file, declaredIn(tree, names)]))
  const byPath = new Map(sources.map(({ file }) => [join(folder, file), declared.get(file)!]))
  for (const { file, imports } of sources)
    for (const [local, { file: from, imported }] of imports)
      if (from && byPath.get(from)?.has(imported)) declared.get(file)!.add(local)
  return declared
}

function declaredIn(tree: Node, names: OwnerNames): Set<string> {
  const times = new Map<string, number>()
  traverse(tree, (node) => {
    const name = node.type === 'VariableDeclarator' ? nameOf(child(node, 'id')) : null
    if (name) times.set(name, (times.get(name) ?? 0) + 1)
  })
  const found = new Set<string>()
  for (const statement of children(tree, 'body')) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' ? child(statement, 'declaration') : statement
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue
    for (const one of children(declaration, 'declarations')) {
      const name = nameOf(child(one, 'id'))
      if (name && names.isOwner(name) && times.get(name) === 1 && isOwnerId(child(one, 'init'), names))
        found.add(name)
    }
  }
  return found
}

/** `1`, `process.env.X || 1`, and either of them in Number(), parseInt() or String(). */
function isOwnerId(node: Node | null, names: OwnerNames): boolean {
  if (!node) return false
  if (names.isOwnerId(node)) return true
  if (node.type === 'LogicalExpression' && node.operator !== '&&')
    return isOwnerId(child(node, 'right'), names)
  if (
    node.type !== 'CallExpression' ||
    !/^(Number|parseInt|String)$/.test(nameOf(child(node, 'callee')) ?? '')
  )
    return false
  return isOwnerId(children(node, 'arguments')[0] ?? null, names)
}

const NAME = 'current-user'

/** The file from which an app asks who its user is. */
interface Helper {
  file: string
  text: string
}

/** @param files the files that call the helper; it is written next to them, or in a folder above */
function helperFor(files: readonly string[], esm: boolean, id: string): Helper {
  const folders = files.map((file) => posix.dirname(file).split('/'))
  const shared = folders.reduce((one, other) =>
    one.slice(0, one.findIndex((part, at) => part !== other[at]) >>> 0),
  )
  const typed = files.some((file) => file.endsWith('.ts'))
  const owner = /^-?\d+$/.test(id) ? id : JSON.stringify(id)
  const note = '// The current user; the owner if there is none: in scripts, and while the app has one user.'
  const body = `(owner${typed ? ': number | string' : ''} = ${owner}) {\n  return userId() ?? owner\n}\n`
  return {
    file: posix.join(...(shared.length ? shared : ['.']), `${NAME}.${typed ? 'ts' : 'js'}`),
    text:
      esm || typed
        ? `import { currentUserId as userId } from 'usertwo'\n\n${note}\nexport function currentUserId${body}`
        : `const { currentUserId: userId } = require('usertwo')\n\n${note}\nexports.currentUserId = function currentUserId${body}`,
  }
}

/** The line by which a file gets it, behind what it imports already. */
function importOf(helper: Helper, { file, tree, imports }: Source, text: string): TextEdit {
  const body = children(tree, 'body')
  const esm = body.some(({ type }) => /^(Import|Export)/.test(type))
  const isLoading = (node: Node) =>
    node.type === 'ImportDeclaration' ||
    (!esm && /^\s*(const|let|var)\b.*\brequire\(/.test(text.slice(node.start as number, node.end as number)))
  const loads = body.filter(isLoading)
  const relative = posix.relative(posix.dirname(file), helper.file)
  const endings = [...imports.values()].filter(({ module }) => module.startsWith('.'))
  const bare = helper.file.endsWith('.ts') && !endings.some(({ module }) => module.endsWith('.js'))
  const path = (relative.startsWith('.') ? relative : `./${relative}`).replace(
    /\.[jt]s$/,
    bare || !esm ? '' : '.js',
  )
  const quote = text.includes('"') && !text.includes("'") ? '"' : "'"
  const semicolon = /;\s*$/m.test(text) ? ';' : ''
  const line = esm
    ? `import { currentUserId } from ${quote}${path}${quote}${semicolon}`
    : `const { currentUserId } = require(${quote}${path}${quote})${semicolon}`
  const last = loads.at(-1)
  if (last) return behind(text, last, line)
  const strict = children(tree, 'directives').at(-1)
  if (strict) return behind(text, strict, line)
  const begin = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0
  return { from: begin, to: begin, text: `${line}\n` }
}

/** A line of its own behind a statement. */
function behind(text: string, statement: Node, line: string): TextEdit {
  const end = text.indexOf('\n', statement.end as number)
  return end < 0
    ? { from: text.length, to: text.length, text: `\n${line}` }
    : { from: end + 1, to: end + 1, text: `${line}\n` }
}
