import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readInside } from '../../../reading/app/files.js'
import type { Source } from '../../../reading/syntax/sources.js'
import {
  calledMember,
  isCall,
  isMemberAccess,
  nameOf,
  propertiesOf,
  templateOf,
  textOf,
} from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { DATABASE_NAMES } from '../../../src/config/server-names.js'

/** What of its environment the app needs beside DATABASE_URL and PG*. */
export interface ReadVariables {
  /** for `app.env`: names of its own for the database, and what it does not start without */
  env: Record<string, string>
  /** for `app.headers`: a key that it asks every request for */
  headers: Record<string, string>
  /** where each was read */
  at: Map<string, string>
}

/** The variables that the app's own `.env` sets. */
export function variablesOfEnvFile(folder: string): Set<string> {
  const text = readInside(folder, '.env') ?? ''
  return new Set([...text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)].map(([, name]) => name!))
}

const BY = '(?:PG|PSQL|DB|PG_?DB|DATABASE|POSTGRES|POSTGRESQL|PGSQL|SQL|RDS|TYPEORM)_?'
const part = (names: string) => new RegExp(`^${BY}(?:${names})$`)
const PARTS: [RegExp, string][] = [
  [part('HOST|HOSTNAME|SERVER'), '$PGHOST'],
  [part('PORT'), '$PGPORT'],
  [part('USER|USERNAME'), '$PGUSER'],
  [part('PASS|PASSWORD|PW|PWD'), '$PGPASSWORD'],
  [part('NAME|DATABASE|DB|SCHEMA'), '$PGDATABASE'],
  [
    /^(?:DB|POSTGRES|POSTGRESQL|PG|PSQL|PGSQL|SQL|TYPEORM|DEV_DATABASE|LOCAL_DATABASE|DATABASE_CONNECTION|POSTGRES_DATABASE)_?(?:URL|URI|STRING|CONN_STR(?:ING)?|CONN|DSN|CONNECTION_STRING|CONNECTION)$|^CONN(?:ECTION)?_STR(?:ING)?$|^DATABASE_URI$/,
    '$DATABASE_URL',
  ],
]
const API_KEY = /API_?(?:KEY|TOKEN)|ACCESS_KEY|^(?:(?:APP|AUTH|ADMIN|BEARER|SERVICE|STATIC)_)?TOKEN$/
const KEY_HEADER = /^(?:x-)?(?:api|auth|access)[-_]?(?:key|token)$|^authorization$/i

export function readEnvironment(folder: string, sources: readonly Source[]): ReadVariables {
  const at = new Map<string, string>()
  const headerAt = new Map<string, string>()
  let bearer = false
  const defaults = new Set<string>()
  const taken = new Map<string, string>()
  for (const { file, tree } of [...sources, ...knexfile(folder)]) {
    const aliases = new Set<string>()
    const headers = new Set<string>()
    traverse(tree, (node) => {
      const from = child(node, 'object')
      const isEnv = nameOf(child(from, 'property')) === 'env' || aliases.has(nameOf(from) ?? '')
      const name =
        node.type === 'MemberExpression' && isEnv
          ? (nameOf(child(node, 'property')) ?? textOf(child(node, 'property')))
          : null
      if (name && !at.has(name)) at.set(name, locate(file, node))
      if (node.type === 'VariableDeclarator' && nameOf(child(child(node, 'init'), 'property')) === 'env') {
        const alias = nameOf(child(node, 'id'))
        if (alias) aliases.add(alias)
        for (const one of children(child(node, 'id'), 'properties'))
          at.set(nameOf(child(one, 'key')) ?? '', locate(file, one))
      }
      const read = headerRead(node)
      if (/^authorization$/i.test(headerRead(child(node, 'init')) ?? ''))
        headers.add(nameOf(child(node, 'id')) ?? '')
      if (read && KEY_HEADER.test(read) && !headerAt.has(read)) headerAt.set(read, locate(file, node))
      if (saysBearer(node, headers)) bearer = true
      for (const [variable, known] of partsOfPlace(node)) taken.set(variable, known)
      const byDefault = databaseByDefault(node)
      if (byDefault) defaults.add(byDefault)
    })
  }
  const env: Record<string, string> = {}
  for (const name of at.keys()) {
    const part = DATABASE_NAMES.some((known) => known === name)
      ? undefined
      : (PARTS.find(([names]) => names.test(name))?.[1] ?? taken.get(name))
    if (part) env[name] = part
    // Without it, PGPORT and PGHOST would complete the default, and lead the app to the gate's server as another user.
    else if (defaults.has(name) && name !== 'DATABASE_URL') env[name] = '$DATABASE_URL'
  }
  const [header] = headerAt.keys()
  const key = [...at.keys()].find((name) => API_KEY.test(name))
  if (!header || !key) return { env, headers: {}, at }
  at.set(header, headerAt.get(header)!)
  env[key] = 'made-up-for-gates'
  return {
    env,
    headers: {
      [header.toLowerCase()]: bearer && /^authorization$/i.test(header) ? `Bearer $${key}` : `$${key}`,
    },
    at,
  }
}

/** The header that a node reads: `req.get('authorization')`, `req.headers.authorization`. */
export function headerRead(node: Node | null): string | null {
  const member = node && isCall(node) ? calledMember(node) : null
  if (member && /^(?:get|header)$/.test(member.name)) return textOf(children(node, 'arguments')[0] ?? null)
  if (nameOf(child(child(node, 'object'), 'property')) !== 'headers') return null
  return nameOf(child(node, 'property')) ?? textOf(child(node, 'property'))
}

/**
 * `'Bearer '`, `` `Bearer ${token}` ``, `/^Bearer (.+)$/`, `authorization.split(' ')[1]`.
 * @param headers the variables that hold the header
 */
function saysBearer(node: Node, headers: ReadonlySet<string>): boolean {
  const text = textOf(node) ?? templateOf(node, '?') ?? (node.type === 'RegExpLiteral' ? node.pattern : null)
  if (typeof text === 'string' && /^\W*(?:\w+\W+){0,2}?Bearer\b/i.test(text) && text.length < 80) return true
  const member = isCall(node) ? calledMember(node) : null
  if (member?.name !== 'split' || textOf(children(node, 'arguments')[0] ?? null) !== ' ') return false
  const name = nameOf(member.of) ?? nameOf(child(member.of, 'property')) ?? ''
  return /authorization/i.test(name) || headers.has(name)
}

const MEMBERS: Record<string, string> = {
  host: '$PGHOST',
  port: '$PGPORT',
  user: '$PGUSER',
  username: '$PGUSER',
  password: '$PGPASSWORD',
  database: '$PGDATABASE',
}

/** The variables in the options of a connection, with what they are: `{ database: process.env.X, password: … }`. */
function partsOfPlace(node: Node): [variable: string, part: string][] {
  const named = propertiesOf(node)
  if (!named.some(({ key }) => key === 'database')) return []
  return named.flatMap(({ key, value }) => {
    const part = MEMBERS[key ?? '']
    return part && value ? variablesIn(value).map((variable): [string, string] => [variable, part]) : []
  })
}

/** The variables of the environment that an expression reads. */
export function variablesIn(node: Node): string[] {
  const found = new Set<string>()
  traverse(node, (one) => {
    if (!isMemberAccess(one) || nameOf(child(child(one, 'object'), 'property')) !== 'env') return
    const name = nameOf(child(one, 'property'))
    if (name) found.add(name)
  })
  return [...found]
}

/** The variable in whose place a URL of a PostgreSQL is taken: `process.env.TODOS || 'postgres://localhost/todos'`. */
function databaseByDefault(node: Node): string | null {
  const isUrl = (one: Node | null) => /^postgres(?:ql)?:\/\//.test(textOf(one) ?? '')
  if (node.type === 'LogicalExpression' && isUrl(child(node, 'right'))) {
    const left = child(node, 'left')
    return nameOf(child(child(left, 'object'), 'property')) === 'env' ? nameOf(child(left, 'property')) : null
  }
  if (node.type !== 'VariableDeclarator' || nameOf(child(child(node, 'init'), 'property')) !== 'env')
    return null
  const member = children(child(node, 'id'), 'properties').find((one) => {
    const value = child(one, 'value')
    return value?.type === 'AssignmentPattern' && isUrl(child(value, 'right'))
  })
  return nameOf(child(member ?? null, 'key'))
}

/** No start loads it, and the app's migrations do. Names alone are read, by their look. */
function knexfile(folder: string): Pick<Source, 'file' | 'tree'>[] {
  const file = [
    'knexfile.js',
    'knexfile.cjs',
    'knexfile.mjs',
    'knexfile.ts',
    '.sequelizerc',
    'config/config.js',
  ].find((name) => existsSync(join(folder, name)))
  if (!file) return []
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/process\.env\.(\w+)/g)].map(([, name]) => {
        const loc = { start: { line: index + 1 } }
        const object = { type: 'MemberExpression', loc, property: { type: 'Identifier', loc, name: 'env' } }
        return {
          file,
          tree: { type: 'MemberExpression', loc, object, property: { type: 'Identifier', loc, name } },
        }
      }),
    )
}
