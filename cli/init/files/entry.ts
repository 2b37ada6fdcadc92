import { posix } from 'node:path'
import type { ExportName } from '../reading/exports.js'
import type { Reading } from '../reading/reading.js'

/** A module as the entry loads it. */
interface Loaded {
  file: string
  /** of another package: its name */
  module: string | null | undefined
  as: ExportName
  /** its name in that module */
  name: string
}

/** The second entry: the app behind usertwo, without a change to a file of the app's own. */
export function entryText(reading: Reading): string {
  const { app, start, esm } = reading
  const calls = app.exported && !reading.caught
  return (
    [
      `// The app behind usertwo; ${start.file} starts it as it was.`,
      ...(calls ? imported(reading) : caught(reading)),
      '',
    ]
      .join('\n')
      .replace(/\n{3,}/g, '\n\n') + (esm ? '' : '')
  )
}

/** The app and its handle are exported: both edits in sight. */
function imported(reading: Reading): string[] {
  const { app, esm, configFile } = reading
  const made: Loaded = {
    file: app.file,
    module: app.module,
    as: app.exported!,
    name: app.factory ? 'createApp' : 'app',
  }
  const given = handleOf(reading)
  const late = given.before === KNEX_ESM
  const modules =
    given.loaded && given.loaded.file === made.file && isNamed(given.loaded) && isNamed(made)
      ? [[made, given.loaded]]
      : [[made], ...(given.loaded ? [[given.loaded]] : [])]
  return [
    ...environment(reading),
    esm ? `import { scope, usertwo } from 'usertwo'` : `const { scope, usertwo } = require('usertwo')`,
    ...(late ? given.before.filter(isImport) : given.before),
    ...(late ? [] : modules.map((names) => load(names, esm))),
    ...(esm
      ? [`import usertwoConfig from './${configFile}'`]
      : [`const usertwoConfig = require('./${configFile}')`]),
    ...(late ? given.before.filter((line) => !isImport(line)) : []),
    ...(late ? modules.map((names) => load(names, esm, late)) : []),
    '',
    ...(given.expression ? [`scope(${given.expression}) // edit 1: around the database handle`, ''] : []),
    `usertwo(${app.factory ? 'createApp()' : 'app'}, usertwoConfig) // edit 2: around the app`,
    `  .listen(${placeOf(reading)})`,
  ]
}

/** The app listens by itself and exports nothing: it is caught when it begins to listen. */
function caught(reading: Reading): string[] {
  const { esm, configFile } = reading
  const given = handleOf(reading)
  const loads = given.loaded ? [load([given.loaded], esm)] : []
  return [
    ...environment(reading),
    ...(reading.asksFirst
      ? [esm ? `import express from 'express'` : `const express = require('express')`]
      : []),
    esm ? `import { Server } from 'node:http'` : `const { Server } = require('node:http')`,
    ...(esm && reading.app.listen?.guarded ? [`import { createRequire } from 'node:module'`] : []),
    esm ? `import { scope, usertwo } from 'usertwo'` : `const { scope, usertwo } = require('usertwo')`,
    ...loads,
    ...(esm ? [] : given.before),
    ...(esm
      ? [...given.before.filter(isImport), `import usertwoConfig from './${configFile}'`]
      : [`const usertwoConfig = require('./${configFile}')`]),
    ...(esm ? given.before.filter((line) => !isImport(line)) : []),
    '',
    ...(given.expression
      ? [
          `scope(${given.expression}) // edit 1: around ${given.loaded ? 'the database handle' : 'what the app asks its database by'}`,
          '',
        ]
      : []),
    ...(reading.asksFirst ? madeEarly(reading) : taken(reading)),
    ...run(reading),
  ]
}

/** Runs the start, as the main file if it listens only as that. */
function run({ app, start, esm }: Reading): string[] {
  const file = specifier(start.file, esm)
  if (!app.listen?.guarded) return [esm ? `await import('${file}')` : `require('${file}')`]
  return [
    '// It listens only as the main file.',
    ...(esm
      ? [`process.argv[1] = createRequire(import.meta.url).resolve('${file}')`, `await import('${file}')`]
      : [
          `process.argv[1] = require.resolve('${file}')`,
          `require('node:module')._load(process.argv[1], null, true)`,
        ]),
  ]
}

/** Where it is given to its server, which stays the app's own: what else listens to it does so behind usertwo. */
function taken(reading: Reading): string[] {
  const { app, start } = reading
  return [
    `// The app listens by itself, at ${app.listen?.at ?? start.file}: it is taken where its server is given it.`,
    'let wrapped',
    ...served(reading, ['  wrapped = usertwo(listener, usertwoConfig) // edit 2: around the app']),
  ]
}

/** Where it is made: it asks its database before it listens. */
function madeEarly(reading: Reading): string[] {
  return [
    '// The app asks its database before it listens: it is taken as it is made, and again where its server is given it.',
    'let wrapped',
    'const { init } = express.application',
    'express.application.init = function () {',
    '  express.application.init = init // once: what usertwo makes is an app too',
    '  init.call(this)',
    '  wrapped = usertwo(this, usertwoConfig) // edit 2: around the app',
    '}',
    ...served(reading, []),
  ]
}

/** @param found how the app is wrapped, if it is not yet */
const served = (reading: Reading, found: string[]) => [
  'let server',
  'const { listen, on: addListener } = Server.prototype',
  'Server.prototype.on = function (event, listener) {',
  `  if (server || event !== 'request' || !listener?.handle) return addListener.call(this, event, listener)`,
  '  server = this',
  ...found,
  '  return this.on(event, wrapped)',
  '}',
  'Server.prototype.listen = function (...given) {',
  '  // A server whose listener is not the app itself is refused here, in words.',
  `  if (!server) usertwo(this.listeners('request')[0], usertwoConfig)`,
  '  if (this !== server) return listen.apply(this, given)',
  '  Server.prototype.listen = listen // once: what usertwo opens is a server too',
  `  const done = given.find((one) => typeof one === 'function')`,
  `  wrapped.listen(${placeOf(reading)}, this).then(() => done?.call(this))`,
  '  return this',
  '}',
]

function environment({ dotenv, esm }: Reading): string[] {
  if (!dotenv) return []
  return [esm ? `import 'dotenv/config'` : `require('dotenv/config')`]
}

/**
 * The argument of `scope()`: the handle that the app exports, else its copy of pg, which every handle uses.
 */
function handleOf({ handle, caught, start, esm }: Reading): {
  expression: string
  loaded: Loaded | null
  before: string[]
} {
  const reachable = handle?.exported && !handle.single && !(caught && handle.file === start.file)
  if (reachable) {
    const own = handle.exported!.kind === 'named' ? handle.exported!.name : (handle.name ?? 'db')
    return {
      expression: own,
      loaded: { file: handle.file, module: handle.module, as: handle.exported!, name: own },
      before: [],
    }
  }
  if (handle.kind === 'knex') return { expression: '', loaded: null, before: esm ? KNEX_ESM : KNEX }
  return esm
    ? { expression: 'pg', loaded: null, before: [`import pg from 'pg'`] }
    : { expression: `require('pg')`, loaded: null, before: [] }
}

/** Only knex itself has both layers: each handle that it makes is scoped as it is made. */
const KNEX = [
  `const knex = require('knex')`,
  '',
  '// edit 1: around every database handle that knex makes',
  'const scoped = Object.assign((...given) => scope(knex(...given)), knex)',
  `require.cache[require.resolve('knex')].exports = Object.assign(scoped, { knex: scoped, default: scoped })`,
]

/** What `import` gives was fixed when usertwo loaded knex: each client is scoped where knex itself begins to listen to it. */
const KNEX_ESM = [
  `import knex from 'knex'`,
  '',
  '// edit 1: around every database handle that knex makes',
  'const { on } = knex.Client.prototype',
  'knex.Client.prototype.on = function (event, listener) {',
  `  const isMade = event === 'start' && this.driver && !this.transacting`,
  '  if (isMade) scope(Object.assign(() => {}, { client: this }))',
  '  return on.call(this, event, listener)',
  '}',
]

const isImport = (line: string) => line.startsWith('import ')
const isNamed = ({ as }: Loaded) => as.kind === 'named'

/** @param late what is loaded must find what the lines before have done: `import` comes before them */
function load(modules: readonly Loaded[], esm: boolean, late = false): string {
  const [first] = modules
  const from = first!.module ?? specifier(first!.file, esm)
  const names = modules.map(({ as, name }) =>
    as.kind === 'named' && as.name !== name ? (esm ? `${as.name} as ${name}` : `${as.name}: ${name}`) : name,
  )
  if (late)
    return first!.as.kind === 'named'
      ? `const { ${names.join(', ').replaceAll(' as ', ': ')} } = await import('${from}')`
      : `const { default: ${first!.name} } = await import('${from}')`
  if (first!.as.kind === 'named')
    return esm
      ? `import { ${names.join(', ')} } from '${from}'`
      : `const { ${names.join(', ')} } = require('${from}')`
  if (esm) return `import ${first!.name} from '${from}'`
  return `const ${first!.name} = require('${from}')${first!.as.kind === 'default' ? '.default' : ''}`
}

/** As the app's own modules are named; TypeScript is compiled to names without an ending where it is CommonJS. */
export function specifier(file: string, esm: boolean): string {
  const path = `./${file.split('\\').join(posix.sep)}`
  return esm ? path : path.replace(/\.(?:ts|js)$/, '')
}

/** Port and host, as the app has them where the environment says none. */
function placeOf({ app }: Reading): string {
  const { port = null, portBy = [], host = null } = app.listen ?? {}
  // PORT comes first: gates and platforms set it.
  const at = [...portBy.map((name) => `process.env.${name}`), ...(port === null ? [] : [port])]
    .map((one) => ` ?? ${one}`)
    .join('')
  const on = host === null ? '' : ` ?? ${host}`
  return `process.env.PORT${at}, process.env.HOST${on}`
}
