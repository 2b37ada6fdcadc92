/** A statement of a refusal about a field that it requires. */
export interface Hint {
  /** as the answer names it, without `body.` or `query.` */
  name: string
  where: 'body' | 'query' | 'path' | null
  /** what the refusal says about it, in lower case */
  says: string
}

const NAMES = [
  'field',
  'path',
  'loc',
  'param',
  'property',
  'instancePath',
  'dataPath',
  'key',
  'name',
  'pointer',
]
const MESSAGES = ['message', 'msg', 'reason', 'error', 'detail', 'title', 'expected', 'type', 'code']
const PLACES = /^(body|query|params?|path)$/

/**
 * Returns the fields that a validation answer names: lists of `{ path, message }` as zod, Joi, Ajv,
 * express-validator and FastAPI write them, objects with a field's name as the key, and sentences such as
 * "title is required".
 */
export function hintsIn(body: string): Hint[] {
  const found: Hint[] = []
  let parsed: unknown = body
  try {
    parsed = JSON.parse(body)
  } catch {
    // A sentence.
  }
  walk(parsed, false, found)
  const known = new Set<string>()
  return found.filter(({ name, where }) => {
    const place = `${where} ${name}`
    if (known.has(place)) return false
    known.add(place)
    return true
  })
}

function walk(value: unknown, isErrors: boolean, found: Hint[]): void {
  if (typeof value === 'string') return void found.push(...inSentence(value))
  if (Array.isArray(value)) {
    for (const one of value) walk(one, isErrors, found)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const members = value as Record<string, unknown>
  const says = MESSAGES.flatMap((name) => [members[name]].flat())
    .filter((one) => typeof one === 'string')
    .join(' ')
    .toLowerCase()
  const missing = (members.params as { missingProperty?: unknown } | undefined)?.missingProperty
  const named = typeof missing === 'string' ? missing : NAMES.map((name) => members[name]).find(isName)
  if (named !== undefined && says) {
    const hint = hintOf(named as string | (string | number)[], members.location ?? members.in, says)
    if (hint) return void found.push(hint)
  }
  for (const [key, inner] of Object.entries(members)) {
    const plainly = [inner].flat().every((one) => typeof one === 'string')
    if (isErrors && plainly && /^[\w.]+$/.test(key))
      found.push({ ...placed(key.split('.')), says: [inner].flat().join(' ').toLowerCase() })
    // The answer may repeat what was sent, which is not a hint.
    else if (key !== 'body' && key !== 'input' && key !== 'value')
      walk(inner, /^(errors|fields|fieldErrors|details|validation)$/.test(key), found)
  }
}

function isName(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => /string|number/.test(typeof one))
  return typeof value === 'string' && /^[\w./[\]-]+$/.test(value)
}

function hintOf(named: string | (string | number)[], location: unknown, says: string): Hint | null {
  const parts = Array.isArray(named) ? named.map(String) : named.split(/[./[\]]+/)
  const hint = placed(parts.filter(Boolean))
  if (!hint.name) return null
  return { ...hint, where: typeof location === 'string' ? placeOf(location) : hint.where, says }
}

function placed(parts: string[]): Omit<Hint, 'says'> {
  const [first, ...rest] = parts
  if (first && rest.length && PLACES.test(first)) return { where: placeOf(first), name: rest.join('.') }
  return { where: null, name: parts.join('.') }
}

function placeOf(word: string): Hint['where'] {
  if (/^query/.test(word)) return 'query'
  if (/^(path|param)/.test(word)) return 'path'
  return /^body/.test(word) ? 'body' : null
}

/** "title and format are required", "fields are missing: title", "`days` must be a number". */
function inSentence(text: string): Hint[] {
  if (text.length > 400) return []
  const says = text.toLowerCase()
  const nested = /["'`]?\b([a-z]\w*(?:\.\w+)+)["'`]? (?:is|are) (?:required|missing|mandatory)/i.exec(text)
  if (nested) return [{ ...placed(nested[1]!.split('.')), says }]
  const listed =
    /(?:is|are) (?:required|missing|mandatory) ?: ?["'`]?([\w"'`, ]+)/i.exec(text)?.[1] ??
    /^\W*([\w"'`, ]+?) (?:is|are) (?:required|missing|mandatory)/i.exec(text)?.[1] ??
    /(?:missing|required|needs?|provide|specify)(?: (?:required|the|an?|field|fields|parameter|parameters|param|property|value))*:? ["'`]?([\w"'`, ]+)/i.exec(
      text,
    )?.[1] ??
    /["'`]?(\w+)["'`]? (?:must|should|has to|cannot|can't|may not)/i.exec(text)?.[1]
  if (!listed) return []
  return listed
    .replace(/ (?:in|from) .*/i, '') // "missing 'title' in request body"
    .split(/,|\band\b|\bor\b/)
    .map((word) => word.replace(/\b(?:the|a|an|field|parameter)\b/gi, '').replace(/\W/g, ''))
    .filter((name) => /^[a-z]\w{0,40}$/i.test(name))
    .map((name) => ({ name, where: null, says }))
}
