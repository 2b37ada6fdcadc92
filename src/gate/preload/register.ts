// Loaded with --import into the app under test, before any of its code. Nothing of it is in a deployed app.
import { register } from 'node:module'
import { answer } from './answer.js'
import { offerBypass } from './bypass.js'
import { setClock } from './clock.js'
import { applyToCommonJs, rewrite } from './edits.js'
import { raiseFence } from './fence/raise.js'
import { ORDERS, type Orders } from './orders.js'
import { limitPools } from './pool.js'
import { recordRoutes } from './routes.js'
import { signAnswers } from './signature.js'
import { recordStatements } from './statements.js'
import { sharedTally } from './tally.js'

const given = process.env[ORDERS]
delete process.env[ORDERS]
if (given) {
  const orders = JSON.parse(given) as Orders
  const edits = [...orders.edits]
  if (orders.config)
    edits.push({
      file: 'dist/core/config.js',
      find: 'schema.safeParse(input)',
      replace: `schema.safeParse(${JSON.stringify(orders.config)})`,
    })
  if (edits.length) {
    offerBypass()
    register('./edits-loader.js', { parentURL: import.meta.url, data: { edits } })
    applyToCommonJs((file, source) => rewrite(edits, file, source))
  }
  if (orders.epoch !== undefined) setClock(orders.epoch, orders.still)
  if (orders.signature) signAnswers(orders.signature)
  recordRoutes()
  recordStatements()
  if (orders.pool !== undefined) limitPools(orders.pool)
  answer('queryLayer', () => Symbol.for('usertwo.query-layer') in globalThis)
  answer('tally', sharedTally)
  // The app under test ends with its gate, however that one ended.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
// Last, as the gate's own line to this process is none of what is kept away.
raiseFence()
