import { readSources } from '../../../reading/syntax/sources.js'
import { indexIn, pagesIn } from '../../../src/config/config.js'
import { isHtml } from '../../../src/core/is-html.js'
import type { Check, Mutant } from '../../gate/check.js'
import { findClientPages } from '../../inventory/client-calls.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'

export const pagesCheck: Check = {
  id: 'inventory.pages',
  title: 'Every page that the browser code opens is in the configuration',
  proves: ['I1', 'L2'],
  fix: 'Add the path to config.spa.routes, or make it config.spa.index.',
  async run(gate) {
    const none = await withoutPages(gate, 'pages')
    if (none) return none
    const { folder, config, edits } = gate
    const { client } = await readSources(folder, config, edits)
    const known = new Set(pagesIn(config))
    const found = findClientPages(client)
    const index = indexIn(config)
    const { status, headers } = await (await gate.app()).ask('GET', index, {
      headers: { accept: 'text/html' },
    })
    const type = headers['content-type']
    const isPage = status < 400 && isHtml(type)
    return {
      exercised: found.length || 1,
      unit: 'pages',
      problems: [
        ...(isPage
          ? []
          : [
              {
                what: `config.spa.index ${index} is not a page`,
                route: `GET ${index}`,
                got: `${status} ${type ?? 'nothing'}`,
              },
            ]),
        ...found
          .filter(({ path }) => !known.has(path))
          .map(({ path, at }) => ({
            what: `config.spa.routes does not name ${path}`,
            route: `GET ${path}`,
            at,
          })),
      ],
    }
  },
  mutants: ({ spa }) => [
    {
      name: 'the first page is at another path',
      names: '/usertwo-elsewhere is not a page',
      by: { config: (config) => ({ ...config, spa: { index: '/usertwo-elsewhere', routes: [] } }) },
    },
    ...(spa && spa.routes.length > 0 ? [MISSING] : []),
  ],
  additions: ADDED_PAGE,
}

const MISSING: Mutant = {
  name: 'a page missing in the configuration',
  names: 'config.spa.routes does not name',
  by: {
    config: (config) => ({ ...config, spa: { index: indexIn(config), routes: pagesIn(config).slice(2) } }),
  },
}
