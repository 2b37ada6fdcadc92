// npm run bench -- hardening: what each layer of phase 2 adds to a request, and what redaction of 10 kB
// costs.

import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { hardening } from '../dist/src/phases/2-hardening/phase.js'
import { interleaved, print } from './interleaved.mjs'

/**
 * The app alone, the outer app without layers, each layer by itself, and all layers as `usertwo()` combines
 * them.
 */
const VARIANTS = [
  'the app alone',
  'wrapped, no layer',
  ...hardening.layers.map(({ make }) => make.name),
  'all layers',
]
const BODY = 'redaction of a 10 kB body'

export async function run({ json, rounds }) {
  const server = await throwAwayServer()
  try {
    const template = await server.template('bench', async () => {})
    const { url } = await server.clone(template)
    const program = new URL('hardening/child.mjs', import.meta.url)
    const variants = Object.fromEntries(VARIANTS.map((name) => [name, [name, url]]))
    const results = await interleaved(program, { ...variants, [BODY]: [BODY, url] }, { rounds, work: 100 })
    for (const result of results) {
      const { ratio } = result.cpu
      result.share = Number((result.name === BODY ? 1 / ratio : 1 / ratio - 1).toFixed(3))
    }
    print(results, { json, title: 'A health route that queries the database, 16 in flight' })
    if (json) return
    console.log('\nadded to a request of the app alone, by processor time')
    for (const { name, share } of results.slice(1))
      console.log(`${(share * 100).toFixed(0).padStart(5)} %  ${name}`)
  } finally {
    await server.stop()
  }
}
