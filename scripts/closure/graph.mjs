// The import graph of the sources, read by a parser: static, dynamic and type imports, and files named by
// `new URL()`.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parse } from '@babel/parser'
import { TREES } from '../trees.mjs'

/** Returns the text of each source file except tests, by its path from the root, with `/`. */
export function unitsOf(root) {
  const found = TREES.flatMap((tree) =>
    readdirSync(join(root, tree), { recursive: true })
      .map((file) => `${tree}/${file.replaceAll('\\', '/')}`)
      .filter((file) => /(?<!\.test)\.ts$/.test(file)),
  )
  return new Map(found.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
}

/** Parses TypeScript: `program` and `comments`. */
export const parsed = (text) => parse(text, { sourceType: 'module', plugins: ['typescript'] })

export const programOf = (text) => parsed(text).program

/**
 * Returns what a file imports, one entry for each import.
 * @param file its path, with `/`, from the root of the repository
 * @param text its TypeScript
 * @param program the result of `programOf`
 * @returns `to` is a path of the repository, or the name of a package
 */
export function importsOf(file, text, program = programOf(text)) {
  const found = []
  const add = (source, how, typeOnly = false) =>
    found.push({ from: file, to: target(file, source), how, typeOnly })
  visit(program, (node) => {
    const source = node.source?.value
    if (node.type === 'ImportDeclaration')
      add(source, 'static', node.importKind === 'type' || all(node.specifiers, 'importKind'))
    else if (/^Export(?:Named|All)Declaration$/.test(node.type) && node.source)
      add(source, 'static', node.exportKind === 'type' || all(node.specifiers ?? [], 'exportKind'))
    else if (node.type === 'TSImportType') add((node.argument.literal ?? node.argument).value, 'static', true)
    else if (node.type === 'CallExpression' && node.callee.type === 'Import')
      add(node.arguments[0]?.value, 'dynamic')
    else if (node.type === 'NewExpression' && node.callee.name === 'URL' && isOwnAddress(node.arguments[1]))
      add(node.arguments[0]?.value, 'address')
  })
  return found.filter(({ to }) => to !== null)
}

/**
 * Returns the files reached from the entries, entries included, each with the file that imports it.
 * @param files all files, with what each imports
 * @param options atOnce: leaves out what is loaded when it is first needed
 */
export function reachedFrom(entries, files, { atOnce = false } = {}) {
  const reached = new Map(entries.map((entry) => [entry, null]))
  for (const [file] of reached)
    for (const { to, typeOnly, how } of files.get(file) ?? [])
      if (!typeOnly && (how === 'static' || !atOnce) && files.has(to) && !reached.has(to))
        reached.set(to, file)
  return reached
}

/** Returns the imports that lead to a file: `index.ts → wrap.ts → …`. */
export function wayTo(file, reached) {
  const before = reached.get(file)
  return before ? `${wayTo(before, reached)} → ${file}` : file
}

function target(file, source) {
  if (typeof source !== 'string') return null
  if (!source.startsWith('.')) return source.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1')
  return normalize(join(dirname(file), source))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts')
}

const all = (specifiers, kind) => specifiers.length > 0 && specifiers.every((one) => one[kind] === 'type')

/** Returns whether a node is `import.meta.url`. */
const isOwnAddress = (node) => node?.property?.name === 'url' && node.object.type === 'MetaProperty'

/** Calls `seen` with each node of a tree and its parent. */
export function visit(node, seen, parent = null) {
  seen(node, parent)
  for (const [field, value] of Object.entries(node)) {
    if (field === 'loc' || field.endsWith('omments')) continue
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one?.type === 'string') visit(one, seen, node)
  }
}
