import { isIdName, type Swap } from './ids.js'

/** Where a redirect leads, as Express says it to whoever wants no page. */
const SENT_ON = /^([\w ']+\. Redirecting to )(\S+)$/
/** Comments, scripts and styles, in which nothing is a tag; and start tags: in quotes there may be a `>`. */
const MARKUP = /<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>|<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'=<>`]+)/g
const NAME = /\sname\s*=\s*["']?([^\s"'>]*)/i
const ADDRESS = /^(href|src|action|formaction)$/i
/** A replay calls the app by other ports than the recording. */
const HERE = /^https?:\/\/(app\.invalid|localhost|127\.0\.0\.1)(:\d+)?(?=[/?#]|$)/i
const ELSEWHERE = /^([a-z][a-z\d+.-]*:|\/\/)/i
const UUIDS = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
/**
 * Of ULIDs, nanoids, hexadecimal digits and the like; some words look so too, and are the same in both
 * answers.
 */
const RANDOM = /^(?=[\w-]{8,64}$)(?=.*(\d|[a-z].*[A-Z]|[A-Z].*[a-z]))/

/**
 * Is told what stands around the ids, and of which kind they are: pages for which this is the same are built
 * alike.
 */
type Built = (part: string) => void

const isPage = (text: string) => /^\s*</.test(text)

/**
 * A page, or the text of a redirect, with its ids passed through `swap`: those in addresses (segments that
 * look like an id, and fields named so), in values of fields named so, and in `data-…-id`. Other text stays:
 * nothing tells an id from a word there.
 */
export function swapIdsInPage(text: string, swap: Swap, built: Built = () => {}): string {
  const [, said, address] = SENT_ON.exec(text) ?? []
  if (said && address) return said + swapAddress(address, swap, built)
  if (!isPage(text)) return text
  /** the field whose options follow */
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

/** The name of what an attribute holds, as a field or column of the app's may be called. */
function placeOf(attribute: string, field: string): string {
  if (/^value$/i.test(attribute)) return field
  return /^data-/i.test(attribute) ? attribute.slice(5).replaceAll('-', '_') : ''
}

function swapAddress(address: string, swap: Swap, built: Built): string {
  const here = HERE.exec(address)?.[0] ?? ''
  const rest = address.slice(here.length)
  // Numbers of other sites are none of the app's.
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

/** Which kind of id this looks like; null: none. */
function kindOf(part: string): string | null {
  if (/^\d+$/.test(part)) return 'number'
  if (part.replace(UUIDS, '') === '') return part && 'uuid'
  return RANDOM.test(part) ? `text of ${part.length}` : null
}

/** Whether two pages say the same words in another order: what stands at one place is of another row then. */
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
