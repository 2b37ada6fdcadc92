import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { Texts } from '../../../reading/app/files.js'
import { bare, spelled, textThrough } from '../../../reading/syntax/origin.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { isSecretName } from '../../../src/redaction/secret-names.js'
import type { ScanFinding } from '../kinds.js'
import type { Rule } from './rule.js'

/** What is a secret by its own form, wherever it is written. */
const FORMS: [string, RegExp][] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['an AWS key', /\bAKIA[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}\b/],
  ['a Slack token', /\bxox[abposr]-[A-Za-z0-9-]{10,}\b/],
  ['a Google key', /\bAIza[\w-]{35}\b/],
  ['a SendGrid key', /\bSG\.[\w-]{16,}\.[\w-]{16,}\b/],
  ['an OpenAI key', /\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}\b/],
]
const CONNECTION = /^\w[\w+]*:\/\/[^\s:/@]*:([^\s@]+)@([^\s/?]+)/
/** Placeholders that say themselves that they are not secrets. */
const PLACEHOLDER =
  /^(?:x+|\*+|\.+|<.*>|\[.*\]|\{.*\}|\$\{.*|%.*%|your[-_ ].*|.*[-_ ]here|example|placeholder|todo|none|null|string|text|varchar.*)$/i
const OF_CONNECTION = /^(host|database|port|dialect|user)$/

/** A literal where a secret belongs: the default of an environment variable too. */
export const secretInSource: Rule = {
  kind: 'secret-in-source',
  where: ['server', 'client', 'migration', 'seed', 'unstarted'],
  look(node, parents) {
    const text =
      textOf(node) ?? (node.type === 'TemplateElement' ? (node.value as { raw: string }).raw : null)
    if (text !== null) return ofForm(text)
    if (isCall(node)) return ofCall(node, parents)
    for (const [name, value] of pairs(node)) {
      const last = name.split('.').at(-1)!
      const given = bare(value)
      const said = textOf(given)
      if (said !== null && isSecretName(last) && isValue(said, last, node, parents))
        return `${name} is written out`
      const fallback = given?.type === 'LogicalExpression' ? textOf(bare(child(given, 'right'))) : null
      const variable = spelled(child(given, 'left'))
      if (
        fallback &&
        isSecretName(variable.split('.').at(-1)!) &&
        /env|config/i.test(variable) &&
        isFallback(fallback)
      )
        return `${variable} has a default that is written out`
    }
    return null
  },
}

function ofForm(text: string): string | null {
  const form = FORMS.find(([, pattern]) => pattern.test(text))
  if (form) return form[0]
  const [, password, host] = CONNECTION.exec(text) ?? []
  return password && !PLACEHOLDER.test(password) && !password.startsWith('$')
    ? `a connection string with its password, to ${host}`
    : null
}

/** `jwt.sign(data, 'secret')`, `session({ secret })` is a pair, `createHmac('sha256', 'key')`. */
function ofCall(call: Node, parents: readonly Node[]): string | null {
  const name = calledMember(call)?.name ?? nameOf(child(call, 'callee'))
  const keys = propertiesOf(children(call, 'arguments')[0] ?? null).find((one) => one.key === 'keys')?.value
  if (/session/i.test(name ?? '') && children(keys ?? null, 'elements').some((one) => textOf(one)))
    return `the keys of ${name}() are written out`
  const key = children(call, 'arguments')[1]
  if (!name || !key || !/^(sign|verify|createHmac)$/.test(name)) return null
  const of = spelled(calledMember(call)?.of ?? null)
  if (name !== 'createHmac' && !/jwt|jsonwebtoken|token/i.test(of)) return null
  // Through a name it is found where that is declared, if its name says so.
  const text = key.type === 'Identifier' && isSecretName(nameOf(key)!) ? null : textThrough(key, parents)
  return text ? `the key of ${name}() is written out` : null
}

/** Pairs of a name and its value. */
function pairs(node: Node): [string, Node | null][] {
  if (node.type === 'ObjectProperty' && !node.computed)
    return [[nameOf(child(node, 'key')) ?? '', child(node, 'value')]]
  if (node.type === 'VariableDeclarator' || node.type === 'ClassProperty')
    return [
      [nameOf(child(node, 'id') ?? child(node, 'key')) ?? '', child(node, 'init') ?? child(node, 'value')],
    ]
  if (node.type === 'AssignmentExpression') return [[spelled(child(node, 'left')), child(node, 'right')]]
  // A default in place: `sign(data, process.env.SECRET || 'x')`.
  if (node.type === 'LogicalExpression') return [['', node]]
  return []
}

function isValue(text: string, name: string, node: Node, parents: readonly Node[]): boolean {
  const plain = (word: string) => word.toLowerCase().replace(/[-_\s]/g, '')
  // In an object with host and database even `postgres` is the password; beside others it may be a label.
  const siblings =
    node.type === 'ObjectProperty' ? propertiesOf(parents[0] ?? null).map(({ key }) => key) : []
  if (/passw|pwd/i.test(name) && siblings.filter((key) => OF_CONNECTION.test(key)).length >= 2)
    return text !== ''
  if (/^(?:new|old|test|my|current)?[-_]?passw(?:or)?d[\d!@#]*$/i.test(text)) return false
  if (text.length < 4 || /\s/.test(text.trim()) || PLACEHOLDER.test(text)) return false
  if (plain(text) === plain(name) || /^[A-Z][A-Z0-9_]+$/.test(text)) return false
  // Names of headers, cookies and routes, messages, schemas.
  if (/cookie|header|field|route|path|url|name|label|type/i.test(name) || /^[/.#]/.test(text)) return false
  if (
    /^(?:authorization|bearer|basic|token|x-[\w-]+|[\w-]*-token|password|secret|text|string|hidden|include|omit|same-origin|required)$/i.test(
      text,
    )
  )
    return false
  if (parents.some((one) => /TSEnum|JSX/.test(one.type))) return false
  return !/[^\x21-\x7e]/.test(text)
}

const isFallback = (text: string) => text.trim() !== '' && !/^(undefined|null)$/.test(text)

/** Files of variables that git keeps: with what looks like a secret in them. */
export function committedVariables({ folder, texts }: Texts): ScanFinding[] {
  const above = ignoredAbove(folder)
  return [...texts].flatMap(([file, text]) => {
    const name = file.split('/').at(-1)!
    if (
      !/^\.env(\.|$)/.test(name) ||
      /example|sample|template|test|\.ci|dist|defaults?$|schema/i.test(name) ||
      isIgnored(file, texts) ||
      above(file)
    )
      return []
    return text.split('\n').flatMap((line, at): ScanFinding[] => {
      const [, key, value] = /^\s*(?:export\s+)?([A-Z][\w]*)\s*=\s*["']?([^"'#]*)/i.exec(line) ?? []
      const given = value?.trim() ?? ''
      const form = given && ofForm(given)
      const secret = key && given.length > 3 && isSecretName(key) && !PLACEHOLDER.test(given)
      return form || secret
        ? [
            {
              kind: 'secret-in-source',
              at: `${file}:${at + 1}`,
              what: `${key}${form ? ` is ${form}` : ''}, in a file that git does not ignore`,
            },
          ]
        : []
    })
  })
}

function isIgnored(file: string, texts: ReadonlyMap<string, string>): boolean {
  const name = file.split('/').at(-1)!
  return [...texts].some(([ignore, text]) => {
    if (!/(?:^|\/)\.gitignore$/.test(ignore) || !file.startsWith(ignore.replace('.gitignore', '')))
      return false
    return names(text, name, file)
  })
}

/** By the files of the folders above, up to that of the repository: the app may be a package of it. */
function ignoredAbove(folder: string): (file: string) => boolean {
  const texts: { place: string; text: string }[] = []
  let place = folder
  while (!existsSync(join(place, '.git'))) {
    if (place === dirname(place)) return () => false
    place = dirname(place)
    const file = join(place, '.gitignore')
    if (existsSync(file)) texts.push({ place, text: readFileSync(file, 'utf8') })
  }
  const inside = (from: string, file: string) => relative(from, join(folder, file)).split(sep).join('/')
  return (file) => texts.some(({ place, text }) => names(text, file.split('/').at(-1)!, inside(place, file)))
}

/** Whether a .gitignore names a file of variables. */
function names(text: string, name: string, file: string): boolean {
  const lines = text.split('\n').map((line) =>
    line
      .trim()
      .replace(/^\/|^\*\*\//, '')
      .replace(/\/$/, ''),
  )
  return lines.some(
    (line) =>
      [name, file, '.env*', '*.env', '.env.*'].includes(line) && !(line === '.env.*' && name === '.env'),
  )
}
