import { parametersIn } from '../../../reading/routes/segments.js'
import { singular } from '../synthesised/corpus.js'
import { type Aim, aimedAt, isRead, type Payload, pathWritten, withQuery } from './pair.js'

/** Gives a parameter twice, or as a list or object: which value an app takes depends on its parser. */
export function twice(aim: Aim): Payload[] {
  return [...inQuery(aim), ...besidePath(aim)]
}

const SHAPES: Record<string, (name: string, theirs: string, mine: string) => string> = {
  'after one’s own': (name, theirs, mine) => `${name}=${mine}&${name}=${theirs}`,
  'before one’s own': (name, theirs, mine) => `${name}=${theirs}&${name}=${mine}`,
  'in a list': (name, theirs) => `${name}[]=${theirs}`,
  'in a list with one’s own': (name, theirs, mine) => `${name}[]=${mine}&${name}[]=${theirs}`,
  'in a numbered list': (name, theirs, mine) => `${name}[0]=${mine}&${name}[1]=${theirs}`,
  'in an object': (name, theirs) => `${name}[id]=${theirs}`,
  'by an operator': (name, theirs) => `${name}[$ne]=${theirs}`,
  'with commas': (name, theirs, mine) => `${name}=${mine},${theirs}`,
}

/** If the query names a row. */
function inQuery(aim: Aim): Payload[] {
  const { own, request, known } = aim
  const [pathname, search] = request.path.split('?')
  if (!search || !own) return []
  const given = search.split('&').map((part) => part.split('=') as [string, string?])
  const named = given.filter(([name, value]) => value !== undefined && known.has(value, name))
  return named.flatMap(([name, id]) =>
    Object.entries(SHAPES).map(([how, shape]) => ({
      name: `in ${name} ${how}`,
      alike: isRead(request),
      make: (aimed) => {
        const rest = given.filter(([other]) => other !== name).map((part) => part.join('='))
        return { ...request, path: `${pathname}?${[...rest, shape(name, aimed(id!), own(id!))].join('&')}` }
      },
    })),
  )
}

/** Names the sender's own row in the path, and the owner's in the query or a body: the path must win. */
function besidePath(aim: Aim): Payload[] {
  const { own, request, named, inPath } = aim
  if (!own || !inPath) return []
  const segments = (request.route ?? '').split('/')
  const names = segments.flatMap((segment, at) => {
    const one = singular(segments[at - 1] ?? '')
    const own = parametersIn(segment)
    return own.length > 0 ? [...own, `${one}_id`, `${one}Id`] : []
  })
  if (!names.length) return []
  const all = [...new Set(['id', ...names])]
  const ownPath = pathWritten(aim, own)
  return [
    {
      name: 'in the query, next to the user’s own in the path',
      alike: isRead(request),
      make: (aimed) => ({
        ...aimedAt(aim, own),
        path: withQuery(ownPath, all.map((name) => `${name}=${aimed(named[0]!)}`).join('&')),
      }),
    },
  ]
}
