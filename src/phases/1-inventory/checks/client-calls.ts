import type { Check } from '../../../tools/gate/check.js'
import { ADDED_PAGE } from '../../../tools/inventory/found-pages.js'
import { callsOf, NO_CALLS } from '../../../tools/inventory/served-scripts.js'
import onlyReading from './mutants/inner-app.only-reading.js'

export const clientCalls: Check = {
  id: 'inventory.client-calls',
  title: 'Every request that the browser code makes has a route of the app that answers its method.',
  proves: ['I1', 'I2'],
  fix: 'The page asks for what the app does not have: correct the address or method in the browser code, or bring the route back.',
  async run(gate) {
    const found = await callsOf(gate, await gate.routes())
    return {
      exercised: found.length,
      unit: 'calls',
      ...(found.length === 0 && { nothingToDo: NO_CALLS }),
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
      name: 'the app has lost its routes that write',
      names: /the page asks (?:POST|PUT|PATCH|DELETE) \S+, which is no route/,
      by: { replace: [onlyReading] },
    },
  ],
  additions: ADDED_PAGE,
}
