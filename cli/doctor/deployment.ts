import { randomInt } from 'node:crypto'
import { type Diagnosis, look, notKnown, ok, wrong } from './diagnosis.js'

/** ms for each answer */
const PATIENCE = 10_000
/** What the layers limit by the client's address at every dial from 2, whatever the app has there. */
const LIMITED = '/auth/login'
/** Requests with an invented address each; a budget that is shared by them falls by as many. */
const ASKED = 4

/** What Node says of a certificate: its signer, its time, its names. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/

interface Ready {
  ready: boolean
  dial: number
  why?: string
}

/**
 * Checks a deployment from outside: whether it serves, at which dial, and whether TRUST_PROXY is the number
 * of proxies in front of it. If it is too high, a client can forge its address and get a new rate limit with
 * each one. If it is too low, the app takes every request for plain http, and all clients for one.
 *
 * @param pages where the login pages are, `auth.pages` of the configuration
 */
export async function lookAtDeployment(url: string, pages = LIMITED): Promise<Diagnosis[]> {
  const base = new URL(url)
  try {
    const answer = await ask(base, '/ready')
    const ready = await readyOf(answer)
    if (!ready)
      return [
        wrong(
          'deployment',
          `${base.origin}/ready answers ${answer.status}, and not as usertwo does`,
          'name the address of an app that usertwo serves, at dial 1 or above',
        ),
      ]
    return [
      ready.ready
        ? ok('deployment', `ready, dial ${ready.dial}${ready.why ? `; ${ready.why}` : ''}`)
        : wrong(
            'deployment',
            `not ready, dial ${ready.dial}: ${ready.why ?? 'no reason given'}`,
            'look at its log',
          ),
      ...(ready.dial < 2 ? [unasked(ready.dial)] : await hops(base, pages)),
      ...ofTransport(base, answer, ready.dial),
    ]
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string }
    if (code && UNTRUSTED.test(code))
      return [
        wrong(
          'https',
          `this machine does not trust the certificate of ${base.origin} (${code})`,
          'renew it, send its whole chain, or name its authority: NODE_EXTRA_CA_CERTS=authority.pem usertwo doctor …',
        ),
      ]
    return [
      wrong(
        'deployment',
        `${base.origin} does not answer (${code ?? (error as Error).message})`,
        'start it, or look at the address',
      ),
    ]
  }
}

const unasked = (dial: number) =>
  notKnown(
    'proxy hops',
    `cannot be checked at dial ${dial}`,
    'TRUST_PROXY is read from phase 2 on (default 0): ask again then',
  )

/** An app that knows the client used https answers with HSTS. */
export function ofTransport({ protocol }: URL, { headers }: Response, dial: number): Diagnosis[] {
  if (dial < 2 || protocol !== 'https:') return []
  if (headers.has('strict-transport-security')) return [ok('https', 'the app knows that it is spoken')]
  return [
    wrong(
      'https',
      'the app takes it for http: it sends no Strict-Transport-Security, and takes everybody for one client',
      'TRUST_PROXY is the number of proxies in front: raise it by one; each of them must set X-Forwarded-Proto and X-Forwarded-For',
    ),
  ]
}

async function hops(base: URL, pages: string): Promise<Diagnosis[]> {
  const same = [await remaining(base, pages, {}), await remaining(base, pages, {})]
  const invented: (number | null)[] = []
  for (let at = 0; at < ASKED; at++)
    invented.push(
      await remaining(base, pages, { 'x-forwarded-for': `198.18.${randomInt(256)}.${randomInt(256)}` }),
    )
  if ([...same, ...invented].includes(null))
    return [
      notKnown(
        'proxy hops',
        `${pages} sends no RateLimit header`,
        'a proxy may take the header away: compare the addresses in the app’s log with your own',
      ),
    ]
  const [first, ...others] = invented as number[]
  const fell = first! - others.at(-1)!
  // All began again, or went on falling; others may ask meanwhile, and make it fall more.
  if (fell >= ASKED - 1 && first! < same[1]!)
    return [
      ok(
        'proxy hops',
        `TRUST_PROXY is not too great: an X-Forwarded-For of a client is not believed${base.protocol === 'https:' ? '' : '; only over https can the doctor see whether it is too small'}`,
      ),
    ]
  return [
    wrong(
      'proxy hops',
      'a client that invents X-Forwarded-For is another client each time: no limit by address holds',
      'TRUST_PROXY is greater than the number of proxies in front: lower it to that number',
    ),
  ]
}

/** How many requests this client has left; null: it is not told. */
async function remaining(base: URL, pages: string, headers: Record<string, string>): Promise<number | null> {
  const { headers: said } = await ask(base, `${pages}?doctor`, headers)
  const left = /remaining=(\d+)/.exec(said.get('ratelimit') ?? '')?.[1]
  return left === undefined ? null : Number(left)
}

function ask(base: URL, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(path, base), { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) })
}

async function readyOf(answer: Response): Promise<Ready | null> {
  const found = (await answer.json().catch(() => null)) as Partial<Ready> | null
  return typeof found?.ready === 'boolean' && typeof found.dial === 'number' ? (found as Ready) : null
}

/** Without an address: which setting is assumed. @param given TRUST_PROXY */
export function assumedHops(given: string | undefined): Diagnosis {
  return look(
    'proxy hops',
    `not asked; TRUST_PROXY is ${given ?? 'not set here, so 0: no proxy is assumed'}`,
    'usertwo doctor https://… asks the deployment; or compare the addresses in its log with your own',
  )
}
