import { isPublic } from '../../../../src/express/public-route.js'
import { USUAL_SOCKETS } from '../../../attack/live/places.js'
import { hasManyAddresses } from '../../../gate/app/loopback.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Member, People, Target } from '../../../gate/gate.js'
import proxyAddresses from '../../../gate/mutants/proxy-addresses.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { rawRequest, sendRaw } from '../../2-hardening/raw.js'
import { upgradeStatus } from '../login-required.js'
import headerName from './mutants/header-name.js'
import addresses from './mutants/proxy-addresses.js'

/** The maximum of recorded reads that are tried. */
const MOST = 5
/** An address of this machine from which no sender of a gate is: see `nextAddress`. */
const ELSEWHERE = '127.2.0.1'

/** A request that must count as anonymous. */
interface Forged {
  what: string
  target: Target
  address: string
  headers: Record<string, string>
}

export const proxyHeader: Check = {
  id: 'isolation.proxy-header',
  title: 'The header of the proxy names a user only from the proxy’s addresses, and only one user',
  proves: ['A1', 'B1'],
  onlyWhere: ({ auth }) => auth.proxy !== undefined,
  fix: 'Name in auth.proxy.from the addresses of your proxy alone, and let no code between usertwo and the server change req.socket.',
  timeout: 120_000,
  async run(gate) {
    const people = await gate.people()
    const target = await gate.app()
    const reads = await readsOfUsers(gate, target, people)
    const problems: Evidence[] = []
    let exercised = 0
    for (const { what, target: on, address, headers } of await forgeries(gate, target, people)) {
      const as = { name: 'forger', address, headers: {} }
      for (const path of reads) {
        exercised++
        const status = await sendRaw(on, rawRequest('GET', path, { Accept: '*/*', ...headers }), { as })
        if (status !== 401)
          problems.push({
            what: `${what} is answered as a user`,
            route: `GET ${path}`,
            expected: '401',
            got: String(status),
          })
      }
      for (const path of isSentOnce(headers) ? USUAL_SOCKETS.slice(0, 2) : []) {
        exercised++
        const status = await upgradeStatus(on.url, path, { address, headers })
        if (status === 101)
          problems.push({ what: `${what} opens a socket`, route: `GET ${path}`, expected: '401', got: '101' })
      }
      if (gate.proving && problems.length > 0) break
    }
    if (reads.length === 0) return { exercised: 0, unit: 'requests', problems, unproven: [{ what: NO_READ }] }
    return { exercised, unit: 'requests', problems }
  },
  mutants: [
    {
      name: 'the header is believed from every address',
      names: 'from an address that is not the proxy’s is answered as a user',
      by: { replace: [addresses.anyPeer] },
    },
    {
      name: 'a client says itself which address it has',
      names: 'X-Forwarded-For',
      by: { replace: [addresses.forwarded] },
    },
    {
      name: 'of several names the first one counts',
      names: 'several names',
      by: { replace: [headerName.firstOfMany] },
    },
  ],
}

const NO_READ =
  'no recorded GET of a route that needs a login answers both users 200: record one, and run usertwo baseline record'

/** The recorded reads that answer both users, each named by the header: what a refusal of them means is certain. */
async function readsOfUsers(gate: Gate, target: Target, { owner, other }: People): Promise<string[]> {
  const open = isPublic(gate.config)
  const recorded = (await gate.traffic()).filter(
    ({ method, path, response, route }) =>
      method === 'GET' && response.status === 200 && route !== null && !open({ method, url: path }),
  )
  const reads: string[] = []
  for (const path of new Set(recorded.map((one) => one.path))) {
    if (reads.length === MOST) break
    const statusFor = async (as: Member) => (await target.ask('GET', path, { as })).status
    if ((await statusFor(owner)) === 200 && (await statusFor(other)) !== 401) reads.push(path)
  }
  return reads
}

async function forgeries(gate: Gate, target: Target, { owner, other }: People): Promise<Forged[]> {
  const { header } = gate.config.auth.proxy!
  const again = header.toUpperCase()
  const trusting = { env: { TRUST_PROXY: '1' } }
  // Where a machine has one address, an app that believes another one takes its place.
  const not = hasManyAddresses() ? {} : { replace: [proxyAddresses.elsewhere] }
  const from = async (options: typeof trusting | object, what: string, headers: Record<string, string>) => ({
    what: `the owner’s header${what} from an address that is not the proxy’s`,
    target: await gate.app({ ...options, ...not }),
    address: ELSEWHERE,
    headers: { [header]: owner.email, ...headers },
  })
  const by = (what: string, headers: Record<string, string>) => ({
    what,
    target,
    address: nextAddress(),
    headers,
  })
  return [
    await from({}, '', {}),
    await from({}, ' with X-Forwarded-For', { 'X-Forwarded-For': '127.0.0.1' }),
    await from(trusting, ' with X-Forwarded-For of a trusted proxy', { 'X-Forwarded-For': '127.0.0.1' }),
    await from(trusting, ' with Forwarded and X-Real-IP', {
      Forwarded: 'for=127.0.0.1',
      'X-Real-IP': '127.0.0.1',
    }),
    by('a header with several names', { [header]: `${owner.email}, ${other.email}` }),
    by('a second header, several names in all,', { [header]: owner.email, [again]: other.email }),
    by('an empty header', { [header]: '' }),
    by('a name that no user has', { [header]: `unknown-${owner.email}` }),
  ]
}

/** Whether each header has one line: a client library sends no second one. */
const isSentOnce = (headers: Record<string, string>) =>
  new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length
