import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../../../reading/syntax/sources.js'
import { isCall, nameOf, propertiesOf, templateOf, textOf } from '../../../../reading/syntax/syntax.js'
import { children, type Node } from '../../../../reading/syntax/tree.js'
import { CannotGoOn } from '../../cannot-go-on.js'
import { isOff } from '../../off-by-default.js'
import { variablesOfEnvFile } from '../../reading/environment.js'
import { loginCalled } from '../../reading/own-login.js'
import { mountedWhere, type SharedPassword } from './mounted-guard.js'
import { findSharedForm } from './shared-form.js'

const HEADER = /^www-authenticate$/i

/**
 * Whether a node asks a browser for a password: the call of express-basic-auth, a realm, or the header WWW-Authenticate with the
 * scheme alone. The word `basic` elsewhere is a plan, a layout or a class.
 */
function asksForBasicAuth(node: Node, source: Source): boolean {
  if (/^Basic realm\b/i.test(templateOf(node) ?? '')) return true
  if (propertiesOf(node).some(({ key, value }) => HEADER.test(key) && isScheme(value))) return true
  if (!isCall(node)) return false
  const [name, value] = children(node, 'arguments')
  if (HEADER.test(textOf(name ?? null) ?? '') && isScheme(value ?? null)) return true
  return loginCalled(node, source) === 'express-basic-auth'
}

const isScheme = (value: Node | null) => /^Basic$/i.test(nameOf(value) ?? '')

/**
 * Finds basic auth in the sources, by a package or written by hand; null: the app has no such thing, or it is off by default.
 * @param isSet whether the app has a variable of the environment by default
 */
export function findBasicAuth(
  sources: readonly Source[],
  isSet: (name: string) => boolean,
): SharedPassword | null {
  const isUnset = (node: Node, parents: readonly Node[]) => isOff(node, parents, isSet)
  const { at, mounted } = mountedWhere(sources, asksForBasicAuth, isUnset)
  return at === null ? null : { at, how: 'basic auth', mounted }
}

/**
 * @param env what the app is started with
 * @throws ConfigError with a diff that takes the password out: usertwo's accounts replace it
 */
export function refuseSharedPassword(
  folder: string,
  sources: readonly Source[],
  env: Record<string, string> = {},
): void {
  const written = variablesOfEnvFile(folder)
  const found = findBasicAuth(sources, (name) => name in env || written.has(name)) ?? findSharedForm(sources)
  if (!found) return
  const diff = linesOut(folder, found.mounted)
  const how = diff.length
    ? `Take it out, and run init again:\n${diff.join('\n')}`
    : 'Take out what puts it in front of the routes, and run init again.'
  throw new CannotGoOn(
    `${found.at}: the app asks everybody for one password (${found.how}). usertwo's accounts replace it, with a password for each user. Without it everybody reaches the app below phase 6: deploy the change together with that phase, or keep a password in a proxy until then. To keep it in the app for now, say --keep-login and put what it asks for into app.headers. ${how}`,
  )
}

/** Shows statements as lines to take out, by file and in their order. */
function linesOut(folder: string, statements: SharedPassword['mounted']): string[] {
  const files = [...new Set(statements.map(({ file }) => file))]
  return files.flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const own = statements.filter((one) => one.file === file).sort((one, other) => one.from - other.from)
    return [
      `--- ${file}`,
      ...own.flatMap(({ from, to }) => [
        `@@ line ${from} @@`,
        ...lines.slice(from - 1, to).map((line) => `-${line}`),
      ]),
    ]
  })
}
