import type { ServerResponse } from 'node:http'
import vary from 'vary'
import { LinkedList } from '../../../core/linked-list.js'
import { answerSlot } from '../../../core/slot.js'

/** @param names of the headers, lower-case, as they were before the first edit */
type Edit = (res: ServerResponse, names: readonly string[]) => void
type Given = Record<string, number | string | readonly string[]> | readonly unknown[]

const edits = answerSlot<ServerResponse, LinkedList<Edit>>()

/**
 * Runs `edit` once, just before the head of the answer is written, whatever code writes it: the headers are
 * sent as it leaves them. Edits registered later run later and have the last word.
 */
export function ownHeaders(res: ServerResponse, edit: Edit): void {
  const known = edits.get(res)
  if (known) {
    known.push(edit)
    return
  }
  const mine = new LinkedList<Edit>()
  mine.push(edit)
  edits.set(res, mine)
  const before = res.writeHead
  function writeOwnedHead(status: number, reason?: unknown, headers?: unknown) {
    const said = typeof reason === 'string' ? reason : undefined
    const given = (said === undefined ? (reason ?? headers) : headers) as Given | undefined
    // Headers passed to writeHead would bypass every edit, so they are set like all others first.
    if (given && !res.headersSent) setAll(res, given)
    res.statusCode = status
    if (!res.headersSent) {
      const names = res.getHeaderNames()
      for (let one = mine.shift(); one; one = mine.shift()) one(res, names)
    }
    return said === undefined ? before.call(res, status) : Reflect.apply(before, res, [status, said])
  }
  res.writeHead = writeOwnedHead as typeof before
}

/** The last combination: most answers vary by the same. */
const varied = { before: '', field: '', after: '' }

/** Adds a field to `Vary`. */
export function varyBy(res: ServerResponse, field: string): void {
  const before = res.getHeader('vary')
  if (before === undefined) return void res.setHeader('Vary', field)
  const said = String(before)
  if (said !== varied.before || field !== varied.field)
    Object.assign(varied, { before: said, field, after: vary.append(said, field) })
  res.setHeader('Vary', varied.after)
}

/** `writeHead` takes an object, a flat list of names and values, or a list of pairs. */
export function setAll(res: ServerResponse, given: Given): void {
  const pairs = Array.isArray(given)
    ? Array.isArray(given[0])
      ? (given as [string, string][])
      : given.flatMap((name, i) => (i % 2 === 0 ? [[name, given[i + 1]] as [string, string]] : []))
    : Object.entries(given as Record<string, string>)
  const set = new Set<string>()
  for (const [name, value] of pairs) {
    if (value === undefined) continue
    // The first value of a name replaces what was set, as in writeHead; further ones are added.
    if (set.has(name.toLowerCase())) res.appendHeader(name, value)
    else res.setHeader(name, value)
    set.add(name.toLowerCase())
  }
}
