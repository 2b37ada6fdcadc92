import { type Aim, aimedAt, type Payload, withQuery } from './pair.js'

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** Headers with which frameworks and proxies let a POST act as another verb. */
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Sends the request with other verbs, openly or by an override. */
export function byVerb(aim: Aim): Payload[] {
  if (!aim.inPath) return []
  const { method } = aim.request
  const open = VERBS.filter((verb) => verb !== method).map(
    (verb): Payload => ({
      name: `by ${verb}`,
      make: (aimed) => ({ ...aimedAt(aim, aimed), method: verb }),
    }),
  )
  const meant = (method === 'GET' ? ['GET'] : ['GET', method]).concat('DELETE')
  const overridden = [...new Set(meant)].flatMap((verb): Payload[] => [
    {
      name: `by POST that headers call ${verb}`,
      make: (aimed) => ({
        ...aimedAt(aim, aimed),
        method: 'POST',
        headers: Object.fromEntries(OVERRIDES.map((header) => [header, verb])),
      }),
    },
    {
      name: `by POST that the query calls ${verb}`,
      make: (aimed) => {
        const one = aimedAt(aim, aimed)
        return { ...one, method: 'POST', path: withQuery(one.path, `_method=${verb}`) }
      },
    },
    {
      name: `by POST that a form calls ${verb}`,
      make: (aimed) => ({
        ...aimedAt(aim, aimed),
        method: 'POST',
        request: { contentType: 'application/x-www-form-urlencoded', body: `_method=${verb}` },
      }),
    },
  ])
  return [...open, ...overridden]
}
