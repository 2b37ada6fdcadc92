import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix, relative, sep } from 'node:path'
import { isSkipped, parseScript, type Source } from '../../reading/syntax/sources.js'
import { children, type Node } from '../../reading/syntax/tree.js'
import type { Route } from '../gate/gate.js'
import { addressOf, type ClientCall, findClientCalls, type Offer, offeredCalls } from './client-calls.js'

/** HTML with template tags, and Pug, which has a syntax of its own. */
const HTML = ['.ejs', '.eta', '.hbs', '.handlebars', '.mustache', '.njk', '.html']
const PUG = ['.pug', '.jade']
/** Replaces an inserted value: a name in a script, and one segment of a path. */
const VALUE = 'usertwo_value'
/**
 * Tags that write a value, and tags that only control: `<%= id %>`, `{{ id }}`, `#{id}`; `<% if … %>`,
 * `{{#each …}}`, `{% … %}`.
 */
const WRITES = /<%[=-][\s\S]*?%>|\{\{\{?(?![{#/!>^]|else\b)[\s\S]*?\}?\}\}|[#!]\{[^}]*\}/g
const DECIDES = /<%[\s\S]*?%>|\{\{[#/!>^][\s\S]*?\}\}|\{\{else\b[\s\S]*?\}\}|\{%[\s\S]*?%\}/g

/** Finds the requests of the templates of server pages: in their scripts, links and forms. */
export async function callsOfTemplates(folder: string, routes: readonly Route[]): Promise<ClientCall[]> {
  const calls: ClientCall[] = []
  for (const path of templateFiles(folder)) {
    const file = relative(folder, path).split(sep).join(posix.sep)
    const text = withoutMarks(readFileSync(path, 'utf8'))
    const { scripts, offers } = PUG.includes(extname(path)) ? await inPug(text) : inHtml(text)
    const sources: Source[] = []
    for (const { line, code } of scripts) {
      // Keeps the line numbers of the file.
      const source = await parseScript('\n'.repeat(line) + code, file).catch(() => null)
      if (source) sources.push(source)
    }
    calls.push(
      ...findClientCalls(sources, routes).map((one) => ({ ...one, path: withHoles(one.path) })),
      ...offeredCalls(
        offers.map((one) => ({ ...one, at: `${file}:${one.line + 1}`, path: withHoles(one.path) })),
        routes,
      ),
    )
  }
  return calls
}

interface Found {
  /** inline scripts, with the number of lines in front of each */
  scripts: { line: number; code: string }[]
  offers: (Omit<Offer, 'at'> & { line: number })[]
}

function inHtml(text: string): Found {
  const line = (at: number) => text.slice(0, at).split('\n').length - 1
  const scripts = [...text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/gi)]
    .filter(([, tag]) => !/\ssrc\s*=|\stype\s*=\s*["']?(?!module|text\/javascript)/i.test(tag!))
    .map(({ 1: tag, 2: code, index }) => ({ line: line(index + tag!.length), code: code! }))
  return { scripts, offers: offersIn(text).map(({ index, ...one }) => ({ ...one, line: line(index) })) }
}

/** Finds links and forms in HTML, with the offset of each. */
export function offersIn(html: string): (Omit<Offer, 'at'> & { index: number })[] {
  return [...html.matchAll(/<(a|form)\b([^>]*)>/gi)].flatMap(({ 1: tag = '', 2: attributes = '', index }) => {
    const value = (name: string) =>
      new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i')
        .exec(attributes)
        ?.slice(1)
        .find((one) => one !== undefined)
    const isForm = tag.toLowerCase() === 'form'
    const path = value(isForm ? 'action' : 'href')
    return path?.startsWith('/') ? [{ method: isForm ? (value('method') ?? 'GET') : 'GET', path, index }] : []
  })
}

async function inPug(text: string): Promise<Found> {
  const found: Found = { scripts: [], offers: [] }
  const lines = text.split('\n')
  const depth = (line: string) => /^\s*/.exec(line)![0].length
  for (const [line, one] of lines.entries()) {
    const tag = /(?:^|[\s:])(a|form)\b[.#\w-]*\((.*)/.exec(one)
    if (tag) {
      // Attributes may continue on the next lines.
      const rest = [tag[2]!, ...lines.slice(line + 1, line + 8)].join('\n')
      const value = await attributesOf(rest)
      const isForm = tag[1] === 'form'
      const path = value.get(isForm ? 'action' : 'href')
      if (path?.startsWith('/'))
        found.offers.push({ method: isForm ? (value.get('method') ?? 'GET') : 'GET', path, line })
    }
    if (!/^\s*script\b.*\.\s*$/.test(one)) continue
    const end = lines.findIndex((later, at) => at > line && later.trim() && depth(later) <= depth(one))
    const inside = lines.slice(line + 1, end < 0 ? lines.length : end)
    found.scripts.push({ line: line + 1, code: inside.join('\n') })
  }
  return found
}

/**
 * Parses `action='/notes/' + id, method="post")…`: returns the value of each attribute that is written out.
 */
async function attributesOf(text: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/\b(href|action|method)\s*=\s*([^,)\n]*)/g)) {
    if (found.has(name!)) continue
    // Text after the value, without a comma, is the next attribute.
    const own = value!.replace(/(["'`])\s+[\w-]+\s*=[\s\S]*$/, '$1')
    const { tree } = (await parseScript(`(${own})`, 'value.js').catch(() => null)) ?? {}
    const statement = tree && children(tree, 'body')[0]
    const written = addressOf((statement?.expression as Node | undefined) ?? null)
    if (written !== null) found.set(name!, written)
  }
  return found
}

const withoutMarks = (text: string) =>
  text
    .replace(WRITES, (mark) => VALUE + '\n'.repeat(mark.split('\n').length - 1))
    .replace(DECIDES, (mark) => ` ${'\n'.repeat(mark.split('\n').length - 1)}`)

const withHoles = (path: string) => path.replaceAll(VALUE, ':x')

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return isSkipped(entry.name) ? [] : templateFiles(path)
      return [...HTML, ...PUG].includes(extname(entry.name)) ? [path] : []
    })
    .sort()
}
