import { posix } from 'node:path'
import type { PackageModules } from '../app/workspace.js'
import { EXTENSIONS, filesAt, type Source } from '../syntax/sources.js'
import { nameOf, textOf } from '../syntax/syntax.js'
import { child, children, type Node } from '../syntax/tree.js'
import { Environment } from './environment.js'
import type { Machine } from './machine.js'
import {
  either,
  isUndefined,
  native,
  OPAQUE,
  object,
  textsOf,
  textValue,
  UNDEFINED,
  unknown,
  type Value,
} from './values.js'

interface Module {
  scope: Environment
  /** `module` of CommonJS */
  whole: Value
  /** its named exports, and the modules it re-exports with `export *` */
  exports: Map<string, () => Value>
  reexported: string[]
  isCommon: boolean
}

/** Loads the files of an app and resolves their imports. */
export class Modules {
  private readonly loaded = new Map<string, Module>()
  private readonly sources: Map<string, Source>

  constructor(
    private readonly m: Machine,
    sources: readonly Source[],
    private readonly packages: PackageModules,
    private readonly globals: Map<string, Value>,
    private readonly within: <T>(work: () => T) => T,
  ) {
    this.sources = new Map(sources.map((source) => [source.file, source]))
  }

  load(file: string): Module {
    const before = this.loaded.get(file)
    if (before) return before
    const scope = new Environment(file, null)
    const exports = object()
    const whole = object([['exports', exports]])
    const module: Module = { scope, whole, exports: new Map(), reexported: [], isCommon: true }
    this.loaded.set(file, module)
    for (const [name, value] of this.globals) scope.declare(name, value, 0)
    const own: [string, Value][] = [
      ['module', whole],
      ['exports', exports],
      ['this', exports],
      ['__dirname', textValue(posix.dirname(file))],
      ['__filename', textValue(file)],
      [
        'require',
        native(([name]) =>
          either(
            (name?.kind === 'text' || name?.kind === 'either' ? textsOf(name) : ['?']).map((one) =>
              this.required(one, file),
            ),
          ),
        ),
      ],
    ]
    for (const [name, value] of own) scope.declare(name, value, 0)
    const body = children(this.sources.get(file)!.tree, 'body')
    for (const node of body) this.declare(node, module)
    this.within(() => this.m.run(body, scope))
    return module
  }

  private declare(node: Node, module: Module): void {
    const { scope, exports } = module
    const from = textOf(child(node, 'source'))
    if (/^(Import|ExportNamed|ExportDefault|ExportAll)Declaration$/.test(node.type)) module.isCommon = false
    if (node.type === 'ImportDeclaration' && from !== null)
      for (const one of children(node, 'specifiers')) {
        const local = nameOf(child(one, 'local'))
        const name =
          one.type === 'ImportNamespaceSpecifier'
            ? '*'
            : one.type === 'ImportDefaultSpecifier'
              ? 'default'
              : nameOf(child(one, 'imported'))
        if (local && name) scope.link(local, () => this.imported(from, name, scope.file))
      }
    if (node.type === 'ExportAllDeclaration' && from !== null) module.reexported.push(from)
    if (node.type === 'ExportDefaultDeclaration')
      exports.set('default', () => scope.read('export default') ?? UNDEFINED)
    if (node.type !== 'ExportNamedDeclaration') return
    for (const one of children(node, 'specifiers')) {
      const name = nameOf(child(one, 'exported'))
      const local = nameOf(child(one, 'local')) ?? '*'
      if (name)
        exports.set(name, () =>
          from === null
            ? (scope.read(local) ?? UNDEFINED)
            : this.imported(from, one.type === 'ExportNamespaceSpecifier' ? '*' : local, scope.file),
        )
    }
    const declaration = child(node, 'declaration')
    const names =
      declaration?.type === 'VariableDeclaration'
        ? children(declaration, 'declarations').flatMap((one) => namesIn(child(one, 'id')))
        : [nameOf(child(declaration, 'id'))]
    for (const name of names) if (name) exports.set(name, () => scope.read(name) ?? UNDEFINED)
  }

  /** Returns the value of `require(module)`. */
  required(module: string, from: string): Value {
    const files = this.resolve(module, from)
    if (files === null)
      return /^\.{0,2}\//.test(module)
        ? module.endsWith('.json')
          ? OPAQUE
          : unknown(module)
        : { kind: 'package', module, path: [] }
    return either(files.filter((file) => file !== from).map((file) => this.whole(file)))
  }

  private whole(file: string): Value {
    const module = this.load(file)
    if (!module.isCommon) return { kind: 'namespace', file }
    return module.whole.kind === 'object' ? (module.whole.properties.get('exports') ?? UNDEFINED) : UNDEFINED
  }

  imported(module: string, name: string, from: string): Value {
    const whole = this.required(module, from)
    if (name === '*') return whole
    if (name !== 'default' || whole.kind === 'namespace') return this.m.get(whole, name, this.siteIn(from))
    const inner = whole.kind === 'object' ? whole.properties.get('default') : undefined
    return inner ?? whole
  }

  exported(file: string, name: string): Value {
    const { exports, reexported, whole } = this.load(file)
    const own = exports.get(name)?.()
    if (own) return own
    if (name === 'default' && whole.kind === 'object') {
      const given = whole.properties.get('exports')
      if (given && given.kind !== 'object') return given
    }
    const found = reexported
      .map((module) => this.imported(module, name, file))
      .filter((one) => !isUndefined(one))
    return found.length ? found[0]! : UNDEFINED
  }

  exportNames(file: string): string[] {
    const { exports, reexported } = this.load(file)
    const others = reexported.flatMap((module) =>
      (this.resolve(module, file) ?? []).flatMap((one) => this.exportNames(one)),
    )
    return [...new Set([...exports.keys(), ...others])]
  }

  private siteIn(file: string) {
    const { scope } = this.load(file)
    return { node: this.sources.get(file)!.tree, scope }
  }

  /** Returns the files that a module may be, or null if it belongs to a package or does not exist. */
  private resolve(module: string, from: string): string[] | null {
    const plain = module.replace(/^node:/, '')
    if (/^\.{1,2}(\/|$)/.test(module)) return this.fileOf(posix.join(posix.dirname(from), module))
    const own = this.packages.fileOf(plain, from)
    if (own && this.sources.has(own)) return [own]
    if (this.packages.isInstalled(plain)) return null
    if (module.includes('/') || module.includes('?')) {
      const direct = this.fileOf(posix.normalize(module.replace(/^\//, '')))
      if (direct) return direct
      // `@/services/notes`, `src/notes`: a path alias of tsconfig.json.
      const inside = module.replace(/^[@~#]?[\w-]*\//, '').replace(/\.[cm]?js$/, '')
      const fits = [...this.sources.keys()].filter((file) =>
        EXTENSIONS.some(
          (end) => `/${file}`.endsWith(`/${inside}${end}`) || `/${file}`.endsWith(`/${inside}/index${end}`),
        ),
      )
      if (fits.length === 1) return fits
    }
    return null
  }

  private fileOf(base: string): string[] | null {
    if (base.includes('?')) {
      const pattern = new RegExp(
        `^${base.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '[^/]*')}(?:\\.\\w+)?$`,
      )
      const found = [...this.sources.keys()].filter((file) => pattern.test(file))
      return found.length ? found : null
    }
    const found = filesAt(base).find((name) => this.sources.has(name))
    return found ? [found] : null
  }
}

function namesIn(pattern: Node | null): string[] {
  if (pattern?.type === 'Identifier') return [pattern.name as string]
  return [
    ...children(pattern, 'properties').map((one) => child(one, 'value') ?? child(one, 'argument')),
    ...children(pattern, 'elements'),
  ].flatMap((one) => namesIn(one?.type === 'AssignmentPattern' ? child(one, 'left') : one))
}
