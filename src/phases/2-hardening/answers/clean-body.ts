import { STATUS_CODES } from 'node:http'
import { isHtml } from '../../../core/is-html.js'
import { driverFields } from './driver-error.js'

/** Members that contain code or statements, wherever they are in an error's body. */
const NEVER = /^(?:stack|stack_?trace|trace|traceback|sql|query)$/i
/** Members that contain what was sent. */
const SENT = /^(?:parameters|bindings|body|request|headers)$/i
/** Members of one field's validation error in which libraries repeat what was sent. */
const ECHOED = /^(?:value|input|received|params|ctx|instance)$/i
/** Values of `received` that only name a type. */
const TYPE =
  /^(?:string|number|nan|integer|float|boolean|date|bigint|symbol|function|undefined|null|array|object|unknown|promise|void|never|map|set)$/
/** Phrases of drivers, databases and runtimes that no author of an app writes. */
const TELLTALE = new RegExp(
  [
    String.raw`\bE(?:CONN|NOTFOUND|TIMEDOUT|PIPE|HOST|AI_|ADDR|NOENT|ACCES|PERM|MFILE)[A-Z]*\b`,
    String.raw`\bselect\b[^]{1,300}?\bfrom (?:"|\w{1,60} (?:where|join|order|limit|group)\b)|\b(?:insert into|update|delete from) "|\binsert into \w{1,60} \(`,
    String.raw`\b(?:relation|column|constraint|database|function|schema|role) "[^"]{0,200}"`,
    'violates |duplicate key value|syntax error at or near|deadlock detected|canceling statement',
    'terminating connection|administrator command|the database system|server closed the connection|cannot connect now',
    // knex puts the statement in front of the database's message.
    String.raw`^\s*(?:select|insert|update|delete|begin|commit|rollback|with|alter|create|truncate|set|lock)\b[^]{0,2000} - `,
    'connection (?:terminated|refused|timed|reset|ended)|too many (?:clients|connections)|database system is|remaining connection slots',
    String.raw`password authentication|postgres(?:ql)?:\/\/|\bknex:|\bpg_[a-z]{3}`,
    String.raw`\b(?:Sequelize\w*|QueryFailed|EntityNotFound)Error\b`,
    String.raw`\bat \S{1,200} \(?\S{1,500}:\d+:\d+|node_modules|node:internal|\.(?:js|ts|mjs|cjs):\d+`,
    'is not valid JSON|in JSON at position|Unexpected (?:token|end of JSON)',
  ].join('|'),
  'i',
)
/** Plain words: all that an answer may say about a server error. */
const PLAIN = /^[\p{L}\d ,.;'!’_-]{0,120}$/u

/** The type of a problem without a page of its own (RFC 9457, 4.2.1). */
const NO_TYPE = 'about:blank'

/** Called with each piece that is removed, its place, and whether it repeats what was sent. */
export type Take = (where: string, what: unknown, sent?: boolean) => void

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function says(status: number, text: string): boolean {
  return TELLTALE.test(text) || (status >= 500 && !PLAIN.test(text) && text !== NO_TYPE)
}

/** @param inField whether this is one field's validation error */
function cleaned(value: unknown, status: number, take: Take, where = '', inField = false): unknown {
  if (typeof value === 'string') {
    if (!says(status, value)) return value
    take(where, value)
    return STATUS_CODES[status] ?? 'Error'
  }
  if (Array.isArray(value))
    return value.map((one, at) => cleaned(one, status, take, `${where}[${at}]`, isFieldError(one)))
  if (!isObject(value)) return value
  const caught = driverFields(value)
  const kept: [string, unknown][] = []
  for (const [key, one] of Object.entries(value)) {
    const at = where ? `${where}.${key}` : key
    const sent = SENT.test(key) || (inField && isEcho(key, one))
    if (sent || NEVER.test(key) || caught.includes(key)) take(at, one, sent)
    else kept.push([key, cleaned(one, status, take, at)])
  }
  return Object.fromEntries(kept)
}

function isEcho(key: string, value: unknown): boolean {
  return ECHOED.test(key) && !(/^received$/i.test(key) && typeof value === 'string' && TYPE.test(value))
}

function isFieldError(value: unknown): boolean {
  return isObject(value) && ('msg' in value || 'message' in value)
}

/** Returns a body parsed as JSON, if it is declared or looks like JSON; undefined if it is not. */
function parsedAs(text: string, contentType: string): { value: unknown } | undefined {
  if (!/json/i.test(contentType) && !/^\s*[[{]/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/**
 * Returns the body of an app's error answer (status 400 and up) without internals: echoes of the request, stacks,
 * statements, messages of drivers, the fields of an error that was sent as caught. Shape and status stay; a text with
 * internals is replaced by the status's name. Returns the same text if there was nothing to remove.
 */
export function cleanBody(text: string, contentType: string, status: number, take: Take = () => {}): string {
  const parsed = parsedAs(text, contentType)
  if (parsed) {
    const clean = JSON.stringify(cleaned(parsed.value, status, take))
    return clean === JSON.stringify(parsed.value) ? text : clean
  }
  const name = STATUS_CODES[status] ?? 'Error'
  const json = /json/i.test(contentType)
  const isRevealing = json
    ? says(status, text)
    : /^text\/|html|xml/i.test(contentType) && TELLTALE.test(text.replace(/&nbsp;|<br\s*\/?>/g, ' '))
  if (!isRevealing) return text
  take('', text)
  if (json) return JSON.stringify({ detail: STATUS_CODES[status] })
  return isHtml(contentType)
    ? `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${name}</pre>\n</body>\n</html>\n`
    : `${name}\n`
}
