import { type Aim, type AttackRequest, aimedAt, type Payload } from './pair.js'

type Value = number | string

/** Ways to write an id into JSON. */
const SHAPES: Record<string, (id: Value) => unknown> = {
  'as text': String,
  'as text with a space': (id) => ` ${id}`,
  'as text with a sign': (id) => `+${id}`,
  'as text with a zero before it': (id) => `0${id}`,
  'in an array': (id) => [id],
  'in an array of arrays': (id) => [[id]],
  'in an object': (id) => ({ id }),
  'by an operator': (id) => ({ $eq: id }),
  'as a float in text': (id) => `${id}.0`,
  'with an exponent in text': (id) => `${id}e0`,
}

/**
 * Makes variants of a JSON body: its ids in other shapes at any depth, next to the sender's own id, twice
 * under one name, and as a form.
 */
export function inBody(aim: Aim): Payload[] {
  if (!aim.inBody || !/json/.test(aim.request.request.contentType ?? '')) return []
  const shaped = (name: string, shape: (id: Value, aimed: Value) => unknown, alike = true): Payload => ({
    name,
    alike,
    spell: (id) => {
      const written = shape(id, id)
      return typeof written === 'string' ? written : id
    },
    make: (aimed) => {
      const given: unknown = JSON.parse(aim.request.request.body!)
      return withBody(aim, aimed, JSON.stringify(reshaped(given, aim, (id) => shape(id, alikeIn(aimed, id)))))
    },
  })
  const { own } = aim
  return [
    ...Object.entries(SHAPES).map(([name, shape]) => shaped(name, (_id, aimed) => shape(aimed))),
    ...(own
      ? [
          shaped('in an array, after one’s own', (id, aimed) => [alikeIn(own, id), aimed], false),
          shaped('in an array, before one’s own', (id, aimed) => [aimed, alikeIn(own, id)], false),
        ]
      : []),
    ...doubled(aim),
    {
      name: 'in a form instead of JSON',
      make: (aimed) => {
        const fields = JSON.parse(aimedAt(aim, aimed).request.body!) as Record<string, unknown>
        const form = new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [
            name,
            typeof value === 'object' ? JSON.stringify(value) : String(value),
          ]),
        )
        return withBody(aim, aimed, String(form), 'application/x-www-form-urlencoded')
      },
    },
  ]
}

/** Writes each name of an id twice in a JSON object: a check in front may take the first, and the app the last. */
function doubled(aim: Aim): Payload[] {
  const { own, named } = aim
  if (!own) return []
  const both = (aimed: (id: string) => string, isLast: boolean) => {
    const text = JSON.stringify(JSON.parse(aim.request.request.body!))
    const written = text.replace(membersOf(named), (member, id: string) => {
      const [theirs, mine] = [aimed(id), own(id)].map((one) => member.replace(id, one))
      return isLast ? `${mine},${theirs}` : `${theirs},${mine}`
    })
    return written === text ? null : withBody(aim, aimed, written)
  }
  return [
    { name: 'under one name, after one’s own', make: (aimed) => both(aimed, true) },
    { name: 'under one name, before one’s own', alike: false, make: (aimed) => both(aimed, false) },
  ]
}

/** Matches `"thread_id":17` as it is written in JSON text, for each of the ids. */
function membersOf(ids: readonly string[]): RegExp {
  const any = ids.map((id) => id.replace(/\W/g, '\\$&')).join('|')
  return new RegExp(`"\\w*(?:[iI]d|ID)":"?(${any})"?(?![\\w-])`, 'g')
}

function reshaped(value: unknown, aim: Aim, shape: (id: Value) => unknown, place = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => reshaped(one, aim, shape, place))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        reshaped(inner, aim, shape, /ids?$/i.test(key) ? key : ''),
      ]),
    )
  const isKnown =
    place && (typeof value === 'number' || typeof value === 'string') && aim.known.has(String(value), place)
  return isKnown ? shape(value) : value
}

/** A number stays a number. */
function alikeIn(other: (id: string) => string, id: Value): Value {
  const made = other(String(id))
  return typeof id === 'number' && Number.isFinite(Number(made)) ? Number(made) : made
}

/** The path names the same rows as the body: the request for a missing row names none of the owner. */
function withBody(
  aim: Aim,
  aimed: (id: string) => string,
  body: string,
  contentType = aim.request.request.contentType,
): AttackRequest {
  return { ...aimedAt(aim, aimed), request: { contentType, body } }
}
