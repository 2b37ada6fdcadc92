import type { Column, Table } from '../../../src/database/catalog.js'
import { quoted } from '../files/quoted-text.js'

/** What a new person's row needs that neither the database nor the toolkit makes. */
export interface Making {
  /** as the configuration has it, as code */
  text: string
  create: (person: { email: string; username?: string }) => Record<string, unknown>
}

/** Null: nothing is needed. */
export function makingOf(people: Table): Making | null {
  const needed = people.columns.filter((column) => isNeeded(column) && column.name !== people.primaryKey[0])
  if (needed.length === 0) return null
  const members = needed.map((column): [string, string | number | typeof NAME] => [
    column.name,
    valueFor(column),
  ])
  const code = members.map(
    ([name, value]) =>
      `${/^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name)}: ${value === NAME ? 'username ?? email' : typeof value === 'string' ? quoted(value) : value}`,
  )
  return {
    text: `({ email, username }) => ({ ${code.join(', ')} })`,
    create: ({ email, username }) =>
      Object.fromEntries(
        members.map(([name, value]) => [name, value === NAME ? (username ?? email) : value]),
      ),
  }
}

/** In the place of a person's name. */
const NAME = Symbol('name')
const MADE = /^(?:timestamp|date|boolean|uuid)/

function isNeeded({ name, type, nullable, default: by, identity, generated }: Column): boolean {
  return (
    !nullable &&
    by === null &&
    !identity &&
    !generated &&
    !MADE.test(type) &&
    !/^(?:email|username|is_admin)$/.test(name)
  )
}

function valueFor({ name, type }: Column): string | number | typeof NAME {
  if (/int|numeric|real|double/.test(type)) return 0
  if (/jsonb?$/.test(type)) return '{}'
  return /pass|hash|salt|secret|digest/i.test(name) ? 'none' : NAME
}
