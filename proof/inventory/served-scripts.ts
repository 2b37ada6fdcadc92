import { posix } from 'node:path'
import { parseScript, readSources, type Source } from '../../reading/syntax/sources.js'
import { textOf } from '../../reading/syntax/syntax.js'
import { child, traverse } from '../../reading/syntax/tree.js'
import { libraryBelow } from '../gate/app/of-app.js'
import type { Gate, Route } from '../gate/gate.js'
import { type ClientCall, findClientCalls, offeredCalls } from './client-calls.js'
import { foundPages } from './found-pages.js'
import { callsOfTemplates, offersIn } from './templates.js'

export const NO_CALLS = 'no page makes a request'

/**
 * Finds the calls of the browser code in the app's sources and templates. If the sources contain no call, the
 * scripts, links and forms of its served pages are searched too.
 */
export async function callsOf(gate: Gate, routes: readonly Route[]): Promise<ClientCall[]> {
  const { client } = await readSources(gate.folder, gate.config, gate.edits)
  const calls = findClientCalls(client, routes)
  const served = calls.length > 0 ? calls : await callsOfPages(gate, routes)
  const all = [...served, ...(await callsOfTemplates(gate.folder, routes))]
  const libraries = routes.flatMap(({ method, path }) => {
    const below = libraryBelow(gate.config, path)
    return below ? [{ below, route: `${method} ${path}` }] : []
  })
  return all.map((call) => ({
    ...call,
    route: call.route ?? libraries.find(({ below }) => call.path.startsWith(below))?.route ?? null,
  }))
}

async function callsOfPages(gate: Gate, routes: readonly Route[]): Promise<ClientCall[]> {
  const { pages, unanswered } = await foundPages(gate)
  if (unanswered.length > 0)
    throw new Error(
      `GET ${unanswered[0]} did not answer, so that the calls of a page there are unknown: record it`,
    )
  const target = await gate.app({ dial: 0 })
  const sources: Source[] = []
  const links: ClientCall[] = []
  const files = new Set<string>()
  const parse = async (text: string, file: string) => {
    const source = await parseScript(text, file).catch(() => null)
    if (!source) return
    sources.push(source)
    traverse(source.tree, (node) => {
      const module = /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)
        ? textOf(child(node, 'source'))
        : null
      if (module) add(module, file)
    })
  }
  /** Adds a file of this app, by a path relative to the file that names it. */
  const add = (src: string, from: string) => {
    if (!/^([a-z]+:|\/\/)/i.test(src))
      files.add(posix.join('/', posix.dirname(from), src.split(/[?#]/, 1)[0]!))
  }
  for (const { path, body } of pages) {
    for (const [, attributes = '', text = ''] of body.matchAll(/<script\b([^>]*)>(.*?)<\/script/gis)) {
      const src = /\ssrc\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1]
      if (src?.startsWith('/')) add(src, '/')
      else if (src) add(src, path)
      else if (!/\stype\s*=\s*["']?(?!module|text\/javascript)/i.test(attributes)) await parse(text, path)
    }
    links.push(
      ...offeredCalls(
        offersIn(body).map((one) => ({ ...one, at: path })),
        routes,
      ),
    )
  }
  // A file that a script loads is added while the loop runs.
  for (const file of files) {
    const { status, body } = await target.ask('GET', file)
    if (status === 200) await parse(body, file)
  }
  return [...findClientCalls(sources, routes), ...links]
}
