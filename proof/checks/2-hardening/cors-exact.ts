import { type Answer, type Ask, curl } from '../../gate/app/http.js'
import { TargetError } from '../../gate/app/target.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Target } from '../../gate/gate.js'
import innerApp from './mutants/express/inner-app.js'
import cors from './mutants/requests/cors.js'
import { concrete, inParallel } from './requests.js'

const LISTED = 'https://app.example.com'
const FOREIGN = [
  'null',
  'https://evil.example',
  `${LISTED}.evil.example`,
  'https://evil-app.example.com',
  'http://app.example.com',
  `${LISTED}:8443`,
  `${LISTED}/`,
  'HTTPS://APP.EXAMPLE.COM',
]

/** Returns the headers with which an answer lets a page of another origin read it. */
function grants({ headers }: Answer): string[] {
  return ['access-control-allow-origin', 'access-control-allow-credentials'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  )
}

export const corsExact: Check = {
  id: 'hardening.cors-exact',
  title: 'Only the listed origins may call from a browser, whatever the app’s own CORS says',
  proves: ['H3'],
  fix: 'Set CORS_ORIGINS to the exact origins of your pages, comma-separated; never "*".',
  async run(gate) {
    let unlisted: Target
    let listed: Target
    try {
      unlisted = await gate.app()
      listed = await gate.app({ env: { CORS_ORIGINS: LISTED } })
    } catch (error) {
      // A start that is refused for its origins is a finding of this check: the refusal names them.
      if (error instanceof TargetError && /CORS_ORIGINS/.test(error.output))
        return {
          exercised: 1,
          unit: 'starts',
          problems: [{ what: 'the app does not start with these origins', got: error.message }],
        }
      throw error
    }
    const routes = (await gate.routes()).filter(({ method }) => method === 'GET').slice(0, 12)
    const paths = [...routes.map(({ path }) => concrete(path)), '/gate-absent', '/api/gate-absent']
    const problems: Evidence[] = []
    let exercised = 0
    const expect = async (target: Target, method: string, path: string, ask: Ask, wanted: string[]) => {
      const answer = await target.ask(method, path, ask)
      exercised++
      const got = grants(answer)
      if (got.join() !== wanted.join())
        problems.push({
          what: `${method} ${path} from origin ${ask.headers?.origin}`,
          curl: curl(target.url, method, path, ask),
          expected: wanted.join(', ') || 'no permission',
          got: got.join(', ') || 'no permission',
        })
      if (!/\borigin\b/i.test(String(answer.headers.vary ?? '')))
        problems.push({ what: `${method} ${path} lacks Vary: Origin, so a cache may mix origins up` })
    }
    const preflight = { 'access-control-request-method': 'PUT' }
    await inParallel(paths, async (path) => {
      for (const origin of FOREIGN) await expect(listed, 'GET', path, { headers: { origin } }, [])
      await expect(unlisted, 'GET', path, { headers: { origin: LISTED } }, [])
      await expect(listed, 'OPTIONS', path, { headers: { origin: FOREIGN[1]!, ...preflight } }, [])
      const mine = [`access-control-allow-origin: ${LISTED}`]
      await expect(listed, 'GET', path, { headers: { origin: LISTED } }, mine)
      await expect(listed, 'OPTIONS', path, { headers: { origin: LISTED, ...preflight } }, mine)
    })
    return { exercised, unit: 'requests', problems }
  },
  mutants: [
    {
      name: 'CORS_ORIGINS=*',
      names: /does not start with these origins.*CORS_ORIGINS/s,
      refuses: true,
      by: { env: { CORS_ORIGINS: '*' } },
    },
    {
      name: 'any origin is reflected',
      names: 'access-control-allow-origin: ',
      by: { replace: [cors.anyOrigin] },
    },
    {
      name: 'the app’s own CORS headers are kept',
      names: 'access-control-allow-credentials: true',
      by: { replace: [cors.standing, innerApp.anyCors] },
    },
  ],
}
