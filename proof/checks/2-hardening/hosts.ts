import { READY } from '../../../src/ready.js'
import { goesByRun } from '../../../src/run/order.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { anonymous } from '../../gate/people/people.js'
import hostList from './mutants/requests/host-list.js'
import { rawRequest, sendRaw } from './raw.js'

const OWN = 'app.test'
/**
 * What a name in the Host header must be answered; a page of such a name has been pointed at this machine.
 */
const NAMES: [name: string, own: boolean][] = [
  [OWN, true],
  ['localhost', true],
  ['rebound.example', false],
  [`${OWN}.rebound.example`, false],
  [`rebound-${OWN}`, false],
  ['127.0.0.1.rebound.example', false],
]
const SWITCH = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dXNlcnR3by1nYXRlLWtleQ==',
}

/** At dial 0 usertwo does not answer `/ready`, and a route such as `/:id` may fail on that: one that was recorded. */
async function openPath(gate: Gate): Promise<string> {
  const { health } = gate.config.app
  if (health !== READY) return health
  const answered = (await gate.traffic()).find(
    ({ method, response }) => method === 'GET' && response.status > 0 && response.status < 300,
  )
  return answered?.path ?? READY
}

export const hosts: Check = {
  id: 'hardening.hosts',
  title: 'Below phase 6 the app answers only under its own host names',
  proves: ['H3'],
  fix: 'List the names by which the app is reached in ALLOWED_HOSTS; a proxy in front must pass the Host on, or name an address.',
  async run(gate) {
    const problems: Evidence[] = []
    let exercised = 0
    // At 0 an app without an edit is as it was: nothing of the toolkit is in its process.
    const isBareAtZero = goesByRun(gate.config.app.start)
    for (const dial of isBareAtZero ? [gate.phase] : [0, gate.phase]) {
      const target = await gate.app({ dial, env: { ALLOWED_HOSTS: OWN } })
      const path = dial === 0 ? await openPath(gate) : gate.config.app.health
      for (const [host, own] of NAMES) {
        const { status } = await target.ask('GET', path, { headers: { host } })
        exercised++
        if ((status !== 421) === own) continue
        problems.push({
          what: `at dial ${dial} a request for the host ${host} is ${own ? 'refused' : 'answered'}`,
          route: `GET ${path}`,
          curl: curl(target.url, 'GET', path, { headers: { host } }),
          expected: own ? 'an answer of the app' : '421 unknown_host',
          got: String(status),
        })
      }
      const handshake = rawRequest('GET', path, { ...SWITCH, Host: 'rebound.example' })
      const status = await sendRaw(target, handshake, { as: anonymous() })
      exercised++
      if (status !== 421)
        problems.push({
          what: `at dial ${dial} a WebSocket’s handshake for the host rebound.example is answered`,
          route: `GET ${path}`,
          expected: '421 unknown_host',
          got: String(status),
        })
    }
    const notes = isBareAtZero ? ['not at dial 0, where `usertwo run` loads nothing'] : []
    return { exercised, unit: 'requests', problems, notes }
  },
  mutants: [
    {
      name: 'any name will do',
      names: 'for the host rebound.example',
      by: { replace: [hostList.anyHost] },
    },
    {
      name: 'a name that ends like the app’s will do',
      names: 'rebound-app.test',
      by: { replace: [hostList.sameEnd] },
    },
  ],
}
