import { ownerIdsInSql } from '../../reading/owners/owner-ids-in-sql.js'
import type { OwnerNames } from '../../reading/owners/owner-names.js'
import { calledMember, isCall, textOf } from '../../reading/syntax/syntax.js'
import { children, type Node } from '../../reading/syntax/tree.js'
import { instead, type TextEdit } from './edit.js'

/** Whether the call hands SQL on as text, and how it names what is bound. */
const QUERY = /^(query|any|many|manyOrNone|one|oneOrNone|none)$/
const RAW = /^(raw|whereRaw|andWhereRaw|orWhereRaw|havingRaw|selectRaw)$/

/** What to do about ids in the SQL of a call; a text says why it is left. */
export function boundInstead(
  call: Node,
  source: string,
  names: OwnerNames,
  me: string,
): TextEdit[] | string | null {
  if (!isCall(call)) return null
  const [text, given, ...rest] = children(call, 'arguments')
  const sql = sqlOf(text)
  if (!text || sql === null) return null
  const places = placesIn(sql, names)
  const bound = boundIds(sql, given, names, me)
  if (places.length === 0 && bound.length === 0) return null
  const name = calledMember(call)?.name ?? ''
  const way = QUERY.test(name) ? '$' : RAW.test(name) ? '?' : null
  if (!way) return 'the SQL is not handed to query() or raw() here'
  if (places.length === 0) return bound
  if (/;\s*\S/.test(sql)) return 'several statements take no parameters'
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql) && QUERY.test(name))
    return 'no statement that takes parameters'
  if (source.slice(text.start as number, text.end as number).includes('\\')) return 'the text has escapes'
  const isList = given?.type === 'ArrayExpression'
  const isCallback = /Function/.test(given?.type ?? '')
  if (given && !isList && !isCallback) return 'what is bound is not written out as a list'
  const elements = isList ? children(given, 'elements') : []
  if (elements.some(({ type }) => type === 'SpreadElement')) return 'what is bound is spread out'
  const begin = (text.start as number) + 1
  const ids = places.map((at) => ({ at, length: names.id.length }))
  if (way === '$') {
    const mine = `$${elements.length + 1}`
    return [
      ...bound,
      ...ids.map(({ at, length }) => ({ from: begin + at, to: begin + at + length, text: mine })),
      adding(elements.length, me, text, given, elements, isCallback),
    ]
  }
  if (rest.length > 0 && !isList) return 'what is bound is not written out as a list'
  return [
    ...bound,
    ...ids.map(({ at, length }) => ({ from: begin + at, to: begin + at + length, text: '?' })),
    ...ids.map(({ at }) =>
      adding(sql.slice(0, at).split('?').length - 1, me, text, given, elements, isCallback),
    ),
  ]
}

/** What is in a list of parameters already. */
function boundIds(sql: string, given: Node | undefined, names: OwnerNames, me: string): TextEdit[] {
  if (given?.type !== 'ArrayExpression') return []
  const elements = children(given, 'elements')
  return elements.flatMap((element, at) => {
    if (!names.isOwnerId(element)) return []
    let next = 0
    const filled = sql.replace(/\$(\d+)|\?/g, (hole, number?: string) =>
      (number === undefined ? next++ : Number(number) - 1) === at ? `'${names.id}'` : hole,
    )
    return ownerIdsInSql(filled, names).length > ownerIdsInSql(sql, names).length
      ? [instead(element, me)]
      : []
  })
}

function adding(
  at: number,
  me: string,
  text: Node,
  given: Node | undefined,
  elements: Node[],
  callback: boolean,
): TextEdit {
  const put = (from: number, more: string) => ({ from, to: from, text: more })
  if (!given || callback) return put(text.end as number, `, [${me}]`)
  if (elements.length === 0) return instead(given, `[${me}]`)
  const before = elements[at]
  return before ? put(before.start as number, `${me}, `) : put(elements.at(-1)!.end as number, `, ${me}`)
}

/** Returns SQL as it is written in the file; null for a template with expressions. */
function sqlOf(node: Node | undefined): string | null {
  if (node?.type !== 'TemplateLiteral') return textOf(node ?? null)
  const parts = children(node, 'quasis')
  return parts.length === 1 ? (parts[0]!.value as { raw: string }).raw : null
}

/** Finds the owner's id in SQL: an index counts if removing the number there leaves one id fewer. */
function placesIn(sql: string, names: OwnerNames): number[] {
  const all = ownerIdsInSql(sql, names).length
  const id = new RegExp(`(?<![\\w.$'])${names.id.replace(/[^\w-]/g, '\\$&')}(?![\\w.'])`, 'g')
  return [...sql.matchAll(id)].flatMap(({ index }) => {
    const without = `${sql.slice(0, index)}0${sql.slice(index + names.id.length)}`
    return ownerIdsInSql(without, names).length < all ? [index] : []
  })
}
