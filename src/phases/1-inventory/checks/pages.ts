import type { Check } from '../../../gate/check.js'
import { clientPages } from '../client-calls.js'
import { readSources } from '../sources.js'

export const pages: Check = {
  id: 'inventory.pages',
  title:
    'Every page that the browser code opens is in the configuration, so that it can be guarded and refreshed.',
  proves: ['I1', 'L2'],
  fix: 'Add the path to config.spa.routes, or make it config.spa.index.',
  async run({ folder, config, edits }) {
    const { spa } = config
    const { client } = await readSources(folder, config, edits)
    const known = new Set([spa.index, ...spa.routes])
    const found = clientPages(client)
    return {
      exercised: found.length || (spa.routes.length ? 0 : 1),
      unit: 'pages',
      problems: found
        .filter(({ path }) => !known.has(path))
        .map(({ path, at }) => ({
          what: `config.spa.routes does not name ${path}`,
          route: `GET ${path}`,
          at,
        })),
    }
  },
  mutations: [
    {
      name: 'a page missing in the configuration',
      by: {
        config: (config) => ({
          ...config,
          spa: { index: '/usertwo-elsewhere', routes: config.spa.routes.slice(1) },
        }),
      },
    },
  ],
}
