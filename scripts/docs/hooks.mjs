// Observes what is hooked instead of listing it: wraps an app at every dial and inspects the process. What is hooked only
// where a library is used is read from the sources.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from '@babel/parser'
import babelTraverse from '@babel/traverse'

const traverse = babelTraverse.default ?? babelTraverse

const APP = { app: { start: ['node', 'app.js'] }, owner: { id: 1 }, users: { table: 'users' } }
const ENVIRONMENT = {
  ENVIRONMENT: 'development',
  JWT_SECRET: 'not important here, because no user logs in',
}

/**
 * Returns what the import, `usertwo run`, `scope(db)` and `usertwo(app, config)` hook in this process, from when, and
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
  note("`import 'usertwo'`")
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
  const seen = [...rows.values()]
  const isSeen = ({ of, why }) => seen.some((row) => isOf(of, row.of) && isOf(why, row.why))
  const declared = new Map(declaredHooks().map((one) => [`${one.of} ${one.why}`, one]))
  const unseen = [...declared.values()].filter((one) => !isSeen(one))
  return [
    ...seen.map((row) => ({ ...row, stays: left.has(row.of) || ofRun.has(row.of) })),
    ...unseen.map((row) => ({ ...row, from: 'its first use', stays: null })),
  ]
}

const SOURCES = new URL('../../src/', import.meta.url)
/** Which argument of a function of `core/process/patch` names the hook. */
const NAMES = { patch: 3, replace: 3, list: 0 }

/**
 * Returns every hook that the sources make, also those that need a library: `of` is its name, with `…` for a part that is
 * computed.
 * @param folder a folder of sources
 */
export function declaredHooks(folder = fileURLToPath(SOURCES)) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test|\.d)\.ts$/.test(file),
  )
  return files.sort().flatMap((file) => hooksIn(file, readFileSync(join(folder, file), 'utf8')))
}

/** @throws Error where a hook is made that has no name to read */
function hooksIn(file, text) {
  if (!/process\/patch\.js'|from '\.\/patch\.js'/.test(text)) return []
  const tree = parse(text, { sourceType: 'module', plugins: ['typescript'] })
  const taken = new Set()
  const held = new Map()
  const found = []
  traverse(tree, {
    ImportDeclaration({ node }) {
      if (!/(?:^|\/)patch\.js$/.test(node.source.value)) return
      for (const { imported, local } of node.specifiers)
        if (imported && imported.name in NAMES) taken.add(local.name)
    },
    VariableDeclarator({ node }) {
      if (node.id.type === 'Identifier' && node.init) held.set(node.id.name, node.init)
    },
  })
  traverse(tree, {
    CallExpression({ node }) {
      if (node.callee.type !== 'Identifier' || !taken.has(node.callee.name)) return
      const hook = objectOf(node.arguments[NAMES[node.callee.name]], held)
      const of = hook && textOf(valueIn(hook, 'of'), held)
      if (!of) throw new Error(`${file}:${node.loc.start.line}: the name of what is hooked cannot be read`)
      found.push({
        of,
        versions: textOf(valueIn(hook, 'versions'), held),
        why: textOf(valueIn(hook, 'why'), held),
      })
    },
  })
  return found
}

/** The object behind a name or a function of the file that makes it. */
function objectOf(node, held) {
  if (node?.type === 'Identifier') return objectOf(held.get(node.name), held)
  if (node?.type === 'CallExpression') return objectOf(held.get(node.callee.name)?.body, held)
  return node?.type === 'ObjectExpression' ? node : null
}

const valueIn = ({ properties }, name) => properties.find(({ key }) => key?.name === name)?.value

/** A text, with `…` for what is computed; undefined: no text. */
function textOf(node, held) {
  if (!node) return undefined
  if (node.type === 'StringLiteral') return node.value
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked).join('…')
  return node.type === 'Identifier' && held.has(node.name) ? textOf(held.get(node.name), held) : '…'
}

/** Whether a text is one that was read with `…` in it. */
const isOf = (declared, of) =>
  new RegExp(
    `^${declared
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  ).test(of)
