import type { Check } from '../../gate/check.js'
import { ADDED_PAGE } from '../../inventory/found-pages.js'
import { callsOf, NO_CALLS } from '../../inventory/served-scripts.js'
import innerApp from './mutants/inner-app.js'

const WRITES = /^(POST|PUT|PATCH|DELETE)$/
const NOT_WRITING = 'the app has lost its routes that write'
const NOT_READING = 'the app has lost its routes that read'

export const clientCalls: Check = {
  id: 'inventory.client-calls',
  title: 'Every request in the browser code matches a route and method of the app',
  proves: ['I1', 'I2'],
  fix: 'The page sends a request for which the app has no route: correct the path or method in the browser code, or restore the route.',
  async run(gate) {
    const found = await callsOf(gate, await gate.routes())
    // The calls that match no route if the app had none. A link may lead to a static file.
    const told = found.length > 0 ? await callsOf(gate, []) : []
    const ignored = {
      ...(!told.some(({ method }) => WRITES.test(method)) && { [NOT_WRITING]: 'no script of a page writes' }),
      // A path in `at` is a page that the app itself serves. Without its routes its calls are gone too.
      ...(!told.some(({ method, at }) => method === 'GET' && !at.startsWith('/')) && {
        [NOT_READING]: 'no source of the browser code reads',
      }),
    }
    return {
      exercised: found.length,
      unit: 'calls',
      ...(found.length === 0 && { nothingToDo: NO_CALLS }),
      ignored,
      problems: found
        .filter(({ route }) => route === null)
        .map(({ method, path, at }) => ({
          what: `the page asks ${method} ${path}, which is not a route of the app`,
          route: `${method} ${path}`,
          at,
        })),
    }
  },
  mutants: [
    {
      name: NOT_WRITING,
      names: /the page asks (?:POST|PUT|PATCH|DELETE) \S+, which is not a route/,
      by: { replace: [innerApp.onlyReading] },
    },
    {
      name: NOT_READING,
      names: /the page asks GET \S+, which is not a route/,
      by: { replace: [innerApp.onlyWriting] },
    },
  ],
  additions: ADDED_PAGE,
}
