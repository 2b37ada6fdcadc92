import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../../../reading/syntax/sources.js'
import { textOf } from '../../../../reading/syntax/syntax.js'
import type { Node } from '../../../../reading/syntax/tree.js'
import { CannotGoOn } from '../../cannot-go-on.js'
import { loginCalled } from '../../reading/own-login.js'
import { mountedWhere, type SharedPassword } from './mounted-guard.js'
import { findSharedForm } from './shared-form.js'

/** Finds basic auth in the sources, by a package or written by hand; null: the app has no such thing. */
function findBasicAuth(sources: readonly Source[]): SharedPassword | null {
  const { at, mounted } = mountedWhere(sources, asksForPassword)
  return at === null ? null : { at, how: 'basic auth', mounted }
}

/** @throws ConfigError with a diff that takes the password out: usertwo's accounts replace it */
export function refuseSharedPassword(folder: string, sources: readonly Source[]): void {
  const found = findBasicAuth(sources) ?? findSharedForm(sources)
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

/** The text of a header that asks a browser for a password, or the call of the package that sends it. */
function asksForPassword(node: Node, source: Source): boolean {
  if (/^Basic\b(?: realm|$)/i.test(textOf(node) ?? '')) return true
  return loginCalled(node, source) === 'express-basic-auth'
}
