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
  fix: 'The page asks for what the app does not have: correct the address or method in the browser code, or bring the route back.',
  async run(gate) {
    const found = await callsOf(gate, await gate.routes())
    // What is told of an app without any route: a link may lead to a file.
    const told = found.length > 0 ? await callsOf(gate, []) : []
    const ignored = {
      ...(!told.some(({ method }) => WRITES.test(method)) && { [NOT_WRITING]: 'no script of a page writes' }),
      // Without the page itself there is no call of it.
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
          what: `the page asks ${method} ${path}, which is no route of the app`,
          route: `${method} ${path}`,
          at,
        })),
    }
  },
  mutants: [
    {
      name: NOT_WRITING,
      names: /the page asks (?:POST|PUT|PATCH|DELETE) \S+, which is no route/,
      by: { replace: [innerApp.onlyReading] },
    },
    {
      name: NOT_READING,
      names: /the page asks GET \S+, which is no route/,
      by: { replace: [innerApp.onlyWriting] },
    },
  ],
  additions: ADDED_PAGE,
}
