import { isIdName, type Swap } from './ids.js'

/** The text of a redirect that Express sends to clients that do not want HTML. */
const SENT_ON = /^([\w ']+\. Redirecting to )(\S+)$/
/**
 * Comments, scripts and styles, in which nothing is a tag; and start tags, whose quoted values may contain
 * `>`.
 */
const MARKUP = /<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>|<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'=<>`]+)/g
const NAME = /\sname\s*=\s*["']?([^\s"'>]*)/i
const ADDRESS = /^(href|src|action|formaction)$/i
/** A replay reaches the app on other ports than the recording. */
const HERE = /^https?:\/\/(app\.invalid|localhost|127\.0\.0\.1)(:\d+)?(?=[/?#]|$)/i
const ELSEWHERE = /^([a-z][a-z\d+.-]*:|\/\/)/i
const UUIDS = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
/**
 * Matches ULIDs, nanoids, hexadecimal digits and the like. Some words match too, and are the same in both
 * answers.
 */
const RANDOM = /^(?=[\w-]{8,64}$)(?=.*(\d|[a-z].*[A-Z]|[A-Z].*[a-z]))/

/**
 * Called with the text around the ids, and with the kind of each. Pages with the same calls have the same
 * structure.
 */
type Built = (part: string) => void

const isPage = (text: string) => /^\s*</.test(text)

/**
 * Passes the ids in a page, or in the text of a redirect, through `swap`: those in addresses (segments that
 * look like an id, and fields with such a name), in values of fields with such a name, and in `data-…-id`.
 * Other text stays unchanged, because an id cannot be distinguished from a word there.
 */
export function swapIdsInPage(text: string, swap: Swap, built: Built = () => {}): string {
  const [, said, address] = SENT_ON.exec(text) ?? []
  if (said && address) return said + swapAddress(address, swap, built)
  if (!isPage(text)) return text
  /** the field that the following options belong to */
  let select = ''
  return text.replace(MARKUP, (tag, skipped?: string) => {
    if (skipped || tag.startsWith('<!')) return tag
    const field = NAME.exec(tag)?.[1] ?? ''
    if (/^<(select|datalist)\b/i.test(tag)) select = field
    const named = /^<option\b/i.test(tag) ? select : field
    return tag.replace(ATTRIBUTE, (whole, name: string, equals: string, given: string) => {
      const quote = /^["']/.exec(given)?.[0] ?? ''
      const value = quote ? given.slice(1, -1) : given
      const place = placeOf(name, named)
      built(`\n${name} ${place}=`)
      if (isIdName(place)) return name + equals + quote + swapPart(value, place, swap, built) + quote
      const isAddress = ADDRESS.test(name) || value.startsWith('/')
      return isAddress ? name + equals + quote + swapAddress(value, swap, built) + quote : whole
    })
  })
}

/** Returns the name of an attribute's value, as a field or column of the app may be called. */
function placeOf(attribute: string, field: string): string {
  if (/^value$/i.test(attribute)) return field
  return /^data-/i.test(attribute) ? attribute.slice(5).replaceAll('-', '_') : ''
}

function swapAddress(address: string, swap: Swap, built: Built): string {
  const here = HERE.exec(address)?.[0] ?? ''
  const rest = address.slice(here.length)
  // Numbers in URLs of other sites are not ids of the app.
  if (!here && ELSEWHERE.test(rest)) return address
  const [, path, search, hash] = /^([^?#]*)(\??[^#]*)(#?.*)$/s.exec(rest) as unknown as string[]
  const segments = path!.split('/').map((segment, at, all) => {
    built('/')
    return swapPart(segment, all[at - 1] ?? '', swap, built)
  })
  const fields = search!.replace(
    /([?&](?:amp;)?)([^=&;]*)=([^&;]*)/g,
    (_, mark, name: string, value: string) => {
      built(`&${name}=`)
      return `${mark}${name}=${swapPart(value, name, isIdName(name) ? swap : (id) => id, built)}`
    },
  )
  return here + segments.join('/') + fields + hash
}

function swapPart(part: string, place: string, swap: Swap, built: Built): string {
  const kind = kindOf(part)
  built(kind ? `(${kind})` : part.replace(UUIDS, '(uuid)'))
  return kind ? swap(part, place) : part
}

/** Returns the kind of id that the text looks like; null if it does not look like one. */
function kindOf(part: string): string | null {
  if (/^\d+$/.test(part)) return 'number'
  if (part.replace(UUIDS, '') === '') return part && 'uuid'
  return RANDOM.test(part) ? `text of ${part.length}` : null
}

/**
 * Returns whether two pages have the same words in another order: then the same place belongs to different
 * rows.
 */
export function isReordered(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) =>
    isPage(text)
      ? text
          .replace(UUIDS, '')
          .split(/<[^>]*>/)
          .map((words) => words.trim())
      : [],
  ) as [string[], string[]]
  return a.join('\n') !== b.join('\n') && a.sort().join('\n') === b.sort().join('\n')
}
