import { isPage } from '../../../reading/routes/is-page.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { retiredAs, retiredRoutes } from '../../../src/phases/7-legacy/answers.js'
import { type Answer, NoAnswer } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate, Route } from '../../gate/gate.js'
import { concrete, visitors } from '../2-hardening/requests.js'
import innerApp from './mutants/inner-app.js'

const UNDER_API = /^\/api(\/|$)/i
const ADDED: [Mutant, ...Mutant[]] = [
  {
    name: 'a route under the API answers an error with HTML, and is not classified',
    names: 'POST /api/usertwo-fragment',
    by: { replace: [innerApp.htmlUnderApi] },
  },
]

export const htmlUnderApi: Check = {
  id: 'legacy.html-under-api',
  title: 'Every route under the API that answers HTML is classified',
  proves: ['L1'],
  fix: "Say in config.routes.legacy what becomes of it: { redirect: '/' }, 404, 410, or 'protect' where it is still needed.",
  timeout: 120_000,
  async run(gate) {
    const retired = retiredRoutes(gate.config)
    const { classify } = classifier(gate.config)
    const routes = (await gate.routes()).filter(({ path }) => UNDER_API.test(path))
    if (routes.length === 0)
      return { exercised: 0, unit: 'routes', problems: [], nothingToDo: 'the app has no route under /api' }
    const open = routes.filter(({ method, path }) => classify(method, path) === 'open')
    const shown = await recordedHtml(gate)
    const probed = await probe(gate, open)
    const problems = open.flatMap((route): Evidence[] => {
      const name = `${route.method} ${route.path}`
      const seen = shown.get(name) ?? probed.get(name)
      if (!seen || retiredAs(retired, route) !== undefined) return []
      return [
        {
          what: `${name} answers HTML under the API (${seen}), and config.routes.legacy does not say what becomes of it`,
          route: name,
          at: route.at,
        },
      ]
    })
    return { exercised: open.length, unit: 'routes', problems }
  },
  mutants: ADDED,
  additions: ADDED,
}

/** Returns, for each route with HTML answers in the recording (errors included), how it answered. */
async function recordedHtml(gate: Gate): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { route, response } of await gate.traffic())
    if (route && isPage(response) && !isOfExpress(response.body))
      found.set(route, `${response.status}, recorded`)
  return found
}

/**
 * Sends each route of the bare app, on a copy of its data, a request with an empty body of both kinds: one after the other, so
 * that an app that ends is reported at the request that ended it.
 */
async function probe(gate: Gate, routes: readonly Route[]): Promise<Map<string, string>> {
  const target = await gate.app({ dial: 0 })
  const visitor = visitors(28)
  const answers: { name: string; answer: Answer }[] = []
  for (const { method, path } of routes) {
    const asked = concrete(path)
    if (!/^\/[\w/.-]*$/.test(asked)) continue
    const verb = method === 'ALL' ? 'GET' : method
    const bodies = /^(POST|PUT|PATCH)$/.test(verb)
      ? [{ body: {} }, { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }]
      : [{}]
    for (const how of bodies) {
      const answer = await target.ask(verb, asked, { as: visitor(), ...how }).catch(unlessEnded)
      if (answer) answers.push({ name: `${method} ${path}`, answer })
    }
  }
  const unknown = await target.ask('GET', '/api/usertwo-nowhere', { as: visitor() })
  return htmlAmong(answers, unknown)
}

/** A route that only keeps this request waiting shows no HTML. */
function unlessEnded(error: unknown): null {
  if (error instanceof NoAnswer) return null
  throw error
}

/**
 * Returns the probed routes that answer HTML of their own, with the status. An error page that the app shows
 * for an unknown path, or for several routes alike, belongs to its error handler and not to a route.
 */
export function htmlAmong(
  answers: readonly { name: string; answer: Pick<Answer, 'status' | 'headers' | 'body'> }[],
  unknown: Pick<Answer, 'headers' | 'body'>,
): Map<string, string> {
  const html = answers.filter(
    ({ answer: { headers, body } }) =>
      isPage({ contentType: headers['content-type'], body }) && !isOfExpress(body),
  )
  const routesOf = (shape: string) =>
    new Set(html.filter(({ answer }) => shapeOf(answer.body) === shape).map(({ name }) => name))
  const found = new Map<string, string>()
  for (const { name, answer } of html) {
    const shape = shapeOf(answer.body)
    const isShared = answer.status >= 400 && (shape === shapeOf(unknown.body) || routesOf(shape).size > 1)
    if (!isShared) found.set(name, `${answer.status}, asked without anything`)
  }
  return found
}

/** Compares tags only, because the text of an error page differs from error to error. */
const shapeOf = (body: string) => body.match(/<[a-z!/][^\s>]*/gi)?.join('') ?? ''

/** Recognises the page that Express sends if no handler answered. */
const isOfExpress = (body: string) => /<title>Error<\/title>[\s\S]*<pre>/.test(body)
