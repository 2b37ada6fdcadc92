import { quotedTable } from '../../../../database/quoted.js'
import { isRaw, type Raw } from '../knex/knex-internals.js'

// Knex's own patterns for the marks in raw text. It knows no quotes: marks inside a constant count too.
const POSITIONS = /\\?\?\??/g
const KEYS = /\\?(:(\w+):(?=::)|:(\w+):(?!:)|:(\w+))/g
/** The text inserted for a value. */
const VALUE = '$1'

/** The text that knex makes of raw text: names and nested raw text inserted, a parameter for each value. */
export function filledIn({ sql, bindings }: Raw): string {
  const text = String(sql)
  if (Array.isArray(bindings)) {
    let at = 0
    return text.replace(POSITIONS, (mark) => (mark === '\\?' ? '?' : filled(mark === '??', bindings[at++])))
  }
  if (typeof bindings === 'string') return text.replace('??', () => filled(true, bindings))
  if (typeof bindings !== 'object' || bindings === null) return text
  const named = bindings as Record<string, unknown>
  return text.replace(KEYS, (mark, key: string, cast?: string, name?: string, value?: string) => {
    const binding = named[cast ?? name ?? value ?? '']
    return mark !== key || binding === undefined ? key : filled(mark.endsWith(':'), binding)
  })
}

function filled(isName: boolean, binding: unknown): string {
  if (isRaw(binding)) return filledIn(binding)
  if (!isName) return VALUE
  if (Array.isArray(binding)) return binding.map((one) => filled(true, one)).join(', ')
  return typeof binding === 'string' ? quotedTable(binding) : VALUE
}
