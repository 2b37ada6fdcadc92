import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, posix, relative, resolve, sep } from 'node:path'
import type babel from '@babel/traverse'
import type { Config } from '../../src/config/config.js'
import { keepScopes } from './binding.js'
import { type Edit, rewrite } from './edits.js'
import { linkedFile } from './linked-packages.js'
import { namedPath } from './named-path.js'
import { isCall, nameOf, textOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/** One parsed file of the app. */
export interface Source {
  /** relative to the app's folder, with `/` */
  file: string
  tree: Node
  /** local names with where they come from; `file` is null for packages */
  imports: Map<string, { module: string; file: string | null; imported: string }>
}

export interface Sources {
  /** files that the start command loads */
  server: Source[]
  /** files that the page loads; if no HTML file names an entry, every source the server does not load */
  client: Source[]
  /** files that could not be parsed, and so were not checked, with the parser's error */
  unread: { file: string; why: string }[]
}

export const EXTENSIONS = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx']
const SKIPPED = new Set(
  'node_modules dist build coverage test tests __tests__ e2e spec migrations seeds seed public static'.split(
    ' ',
  ),
)
const NO_SOURCE = /\.(test|spec|config|d)\.\w+$/

/** Returns whether a folder holds none of the app's own sources. */
export const isSkipped = (name: string) => SKIPPED.has(name) || name.startsWith('.')

type ResolveModule = (from: string, module: string) => string | null

/**
 * Parses a script that is not a file of the app's folder, such as one that the running app sent.
 * @throws SyntaxError
 */
export async function parseScript(text: string, file: string): Promise<Source> {
  return { file, tree: (await loadParser())(text, file), imports: new Map() }
}

/**
 * Returns a parser for the files of a folder whose start command is unknown.
 * @throws SyntaxError
 */
export async function fileParser(folder: string): Promise<(name: string, text: string) => Source> {
  const parse = await loadParser()
  return (name, text) => {
    const file = join(folder, name)
    const tree = parse(text, file)
    return { file: name, tree, imports: importsOf(tree, file, resolveFile) }
  }
}

/**
 * Reads the app's own sources: those the server loads, also from linked packages of its workspace, and those
 * of its page. Installed packages are not read.
 * @param edits of a mutant under test, applied to the sources as they are read
 * @throws when an edit does not fit its file
 */
export async function readSources(
  folder: string,
  config: Config,
  edits: readonly Edit[] = [],
): Promise<Sources> {
  const parse = await loadParser()
  const unread: Sources['unread'] = []
  const known = new Map<string, Source | null>()
  const read = (file: string): Source | null => {
    const before = known.get(file)
    if (before !== undefined) return before
    const name = relative(folder, file).split(sep).join(posix.sep)
    const text = rewrite(edits, file.split(sep).join(posix.sep), readFileSync(file, 'utf8'))
    let source: Source | null = null
    try {
      const tree = parse(text, file)
      source = { file: name, tree, imports: importsOf(tree, file, resolveOwn) }
    } catch (error) {
      unread.push({ file: name, why: (error as Error).message })
    }
    known.set(file, source)
    return source
  }

  const server = graph(folder, startFiles(folder, config), read)
  const client = graph(folder, pageScripts(folder), read)
  const rest = () =>
    allFiles(folder)
      .filter((file) => !server.has(file) && !client.has(file))
      .flatMap((file) => read(file) ?? [])
  // A `require` with a computed name may load any file.
  const dynamic = server.size === 0 || [...server.values()].some(loadsByComputedName)
  const serverSources = [...server.values(), ...(dynamic && client.size > 0 ? rest() : [])]
  return {
    server: inOrder(serverSources.length ? serverSources : rest()),
    client: inOrder(client.size > 0 ? [...client.values()] : rest()),
    unread: unread.sort((a, b) => (a.file < b.file ? -1 : 1)),
  }
}

/** Returns the files reached from the entries by imports and requires. */
function graph(
  folder: string,
  entries: string[],
  read: (file: string) => Source | null,
): Map<string, Source> {
  const found = new Map<string, Source>()
  const queue = [...entries]
  for (let file = queue.shift(); file; file = queue.shift()) {
    if (found.has(file)) continue
    const source = read(file)
    if (!source) continue
    found.set(file, source)
    traverse(source.tree, (node, parents) => {
      const module = loadedBy(node)
      const path = module === null && isLoading(node) ? pathLoaded(node, source, parents) : null
      const target = module ? resolveOwn(file!, module) : path && sourceAt(join(folder, path))
      if (target) queue.push(target)
    })
  }
  return found
}

/** Returns the module that a node loads, if a literal names it. */
export function loadedBy(node: Node): string | null {
  if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) return textOf(child(node, 'source'))
  return isLoading(node) ? textOf(children(node, 'arguments')[0] ?? null) : null
}

/** Returns the path in the app's folder that `require(path.join(root, 'server'))` names; null: it is not known. */
export function pathLoaded(node: Node, source: Source, parents: readonly Node[]): string | null {
  const path = namedPath(children(node, 'arguments')[0] ?? null, source, parents)
  return path?.startsWith('..') ? null : path
}

/** Returns whether a node loads a module: `require(…)`, `import(…)`. */
export function isLoading(node: Node): boolean {
  const callee = child(node, 'callee')
  return isCall(node) && (callee?.type === 'Import' || nameOf(callee) === 'require')
}

function loadsByComputedName({ tree }: Source): boolean {
  let found = false
  traverse(tree, (node) => {
    if (isLoading(node) && textOf(children(node, 'arguments')[0] ?? null) === null) found = true
  })
  return found
}

function importsOf(tree: Node, file: string, resolve: ResolveModule): Source['imports'] {
  const imports: Source['imports'] = new Map()
  const add = (local: string | null, module: string, imported: string) => {
    if (local) imports.set(local, { module, file: resolve(file, module), imported })
  }
  traverse(tree, (node) => {
    if (node.type === 'ImportDeclaration') {
      const module = textOf(child(node, 'source')) ?? ''
      for (const one of children(node, 'specifiers')) {
        const imported =
          nameOf(child(one, 'imported')) ?? (one.type === 'ImportDefaultSpecifier' ? 'default' : '*')
        add(nameOf(child(one, 'local')), module, imported)
      }
    }
    // A `require` inside an expression is listed under its path.
    const inside = isLoading(node) ? loadedBy(node) : null
    if (inside?.startsWith('.')) add(inside, inside, '*')
    const value = node.type === 'VariableDeclarator' ? withoutHelper(child(node, 'init')) : null
    const module = value && isLoading(value) ? loadedBy(value) : null
    const id = child(node, 'id')
    // `const Pool = require('pg').Pool`
    const member = memberLoaded(node)
    if (member) add(nameOf(id), member.module, member.name)
    if (value && !module) for (const one of takenFromPackage(id, value, imports)) add(...one)
    if (!module) return
    if (id?.type === 'ObjectPattern')
      for (const property of children(id, 'properties'))
        add(nameOf(child(property, 'value')), module, nameOf(child(property, 'key')) ?? '*')
    else add(nameOf(id), module, '*')
  })
  return imports
}

/** Returns what tsc's helpers are given: `__importDefault(require('express'))`, `tslib_1.__importStar(…)`. */
function withoutHelper(value: Node | null): Node | null {
  if (!value || !isCall(value)) return value
  const callee = child(value, 'callee')
  const name = nameOf(callee) ?? nameOf(child(callee, 'property'))
  const [given] = children(value, 'arguments')
  return given && /^__import(?:Default|Star)$/.test(name ?? '') && isLoading(given) ? given : value
}

/** Returns what is taken from a package after it was loaded whole: `const { Pool } = pg`, `const Pool = pg.Pool`. */
function takenFromPackage(
  id: Node | null,
  value: Node,
  imports: Source['imports'],
): [local: string | null, module: string, imported: string][] {
  const isMember = value.type === 'MemberExpression' && !value.computed
  const whole = imports.get(nameOf(isMember ? child(value, 'object') : value) ?? '')
  if (!whole || whole.file || !/^(\*|default)$/.test(whole.imported)) return []
  if (isMember) return [[nameOf(id), whole.module, nameOf(child(value, 'property')) ?? '*']]
  return children(id, 'properties').map((one) => [
    nameOf(child(one, 'value')),
    whole.module,
    nameOf(child(one, 'key')) ?? '*',
  ])
}

/** Returns the member that is read from a module where it is required: `require('pg').Pool`. */
function memberLoaded(node: Node): { module: string; name: string } | null {
  const member = node.type === 'VariableDeclarator' ? child(node, 'init') : null
  const of = member?.type === 'MemberExpression' ? child(member, 'object') : null
  const module = of && isLoading(of) ? loadedBy(of) : null
  const name = member && nameOf(child(member, 'property'))
  return module && name ? { module, name } : null
}

function resolveFile(from: string, module: string): string | null {
  return /^\.{1,2}(\/|$)/.test(module) ? sourceAt(resolve(dirname(from), module)) : null
}

/** Returns the file of a module, also in a linked package. */
function resolveOwn(from: string, module: string): string | null {
  return resolveFile(from, module) ?? linkedFile(from, module, sourceAt)
}

/**
 * The files that the path of a module may stand for: as it is, of TypeScript, with an ending, or of a folder.
 *
 * @param join of the paths; default: those below the app's folder, which have slashes
 */
export function filesAt(path: string, join = posix.join): string[] {
  const typed = path.replace(/\.([mc]?)js$/, '.$1ts')
  return [path, typed, ...EXTENSIONS.flatMap((end) => [path + end, join(path, `index${end}`)])]
}

function sourceAt(base: string): string | null {
  return filesAt(base, join).find((file) => EXTENSIONS.includes(extname(file)) && isFile(file)) ?? null
}

function startFiles(folder: string, { app }: Config): string[] {
  return [...app.start, ...(app.bare ?? [])]
    .map((argument) => resolve(folder, argument))
    .filter((file) => EXTENSIONS.includes(extname(file)) && isFile(file))
}

function pageScripts(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.html'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/<script[^>]*\ssrc="([^":]+)"/g),
    ])
    .map(([, src]) => join(folder, src!))
    .filter((file) => EXTENSIONS.includes(extname(file)) && isFile(file))
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : allFiles(path)
    return EXTENSIONS.includes(extname(entry.name)) && !NO_SOURCE.test(entry.name) ? [path] : []
  })
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}

function inOrder(sources: Source[]): Source[] {
  return [...sources].sort((a, b) => (a.file < b.file ? -1 : 1))
}

const require = createRequire(import.meta.url)

/**
 * Parses a file.
 * @throws SyntaxError
 */
type Parse = (text: string, file: string) => Node

/** Loads Babel, which only commands need. */
async function loadParser(): Promise<Parse> {
  const { parse } = await import('@babel/parser')
  // `import` wraps this CommonJS package once in Node and not at all in vitest; `require` never does.
  const { default: walk } = require('@babel/traverse') as typeof babel
  return (text, file) => {
    const parsed = parse(text, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      errorRecovery: true,
      plugins: [...(/\.[mc]?tsx?$/.test(file) ? (['typescript'] as const) : []), ...jsx(file), 'decorators'],
    })
    keepScopes(parsed, walk)
    return parsed.program as unknown as Node
  }
}

/** Type assertions of `.ts` files (`<T>x`) are not JSX. */
function jsx(file: string): ['jsx'] | [] {
  return /\.[mc]?ts$/.test(file) ? [] : ['jsx']
}
