// The same tests with modules in a registry and a context of their own, as jest keeps them: `require.cache` has none.
const { readFileSync } = require('node:fs')
const { createRequire, isBuiltin } = require('node:module')
const { dirname } = require('node:path')
const { createContext, Script } = require('node:vm')

const names = [
  'Buffer',
  'Uint8Array',
  'ArrayBuffer',
  'URL',
  'AbortController',
  'console',
  'process',
  'performance',
]
const timers = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
]
const context = createContext(
  Object.fromEntries(
    [...names, ...timers, 'queueMicrotask', 'TextDecoder', 'TextEncoder'].map((name) => [
      name,
      globalThis[name],
    ]),
  ),
)
context.global = context
const known = new Map()

function load(file) {
  const loaded = known.get(file)
  if (loaded) return loaded.exports
  const module = { exports: {} }
  known.set(file, module)
  const source = readFileSync(file, 'utf8')
  if (file.endsWith('.json')) {
    module.exports = JSON.parse(source)
    return module.exports
  }
  const here = createRequire(file)
  const own = (name) =>
    isBuiltin(name) || here.resolve(name).endsWith('.mjs') ? here(name) : load(here.resolve(name))
  const text = `(function (exports, require, module, __filename, __dirname) {${source}\n})`
  const run = new Script(text, { filename: file }).runInContext(context)
  run.call(
    module.exports,
    module.exports,
    Object.assign(own, { resolve: here.resolve }),
    module,
    file,
    dirname(file),
  )
  return module.exports
}

load(require.resolve('./notes.cjs'))
