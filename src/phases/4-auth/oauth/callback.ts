import type { Request, RequestHandler, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { targetOf } from '../../../express/handler.js'
import { loginParts } from '../attempts/login-parts.js'
import { noteRefusal } from '../audit.js'
import { answerOutcome } from './answer-outcome.js'
import type { RememberedFlow } from './connect.js'
import { flowBrowser } from './flow-browser.js'
import { type FlowSecrets, flowSecrets } from './flow-secrets.js'
import { type Linking, takeFlow } from './flows.js'
import { linkProvider } from './link-provider.js'
import { logInByProvider } from './log-in-by-provider.js'
import { type OauthOutcome, OauthRefused } from './outcome.js'
import { providerNamed, redirectUri } from './provider/named-provider.js'
import { providerClient } from './provider/provider-client.js'
import { ProviderFailed } from './provider/provider-failed.js'
import type { Provider } from './provider/providers.js'

/** A login by a provider whose browser has come back. */
interface Returned {
  secrets: FlowSecrets
  remembered: RememberedFlow
  linking: Linking | null
}

/**
 * `GET /oauth/:provider/callback`: where a provider sends the browser back to. The state is used up first, whatever else is
 * wrong, and counts in the browser that got it alone, for this provider, for ten minutes.
 */
export function oauthCallback(kit: Kit): RequestHandler {
  const arrive = arriving(kit)
  const answer = answerOutcome(kit)
  const limit = loginParts(kit).limits.oauth

  return async (req: Request, res: Response) => {
    // The query holds the code: the next page must not learn the address.
    res.set('Referrer-Policy', 'no-referrer')
    const provider = providerNamed(kit, String(req.params.provider))
    const refused = await new Promise<unknown>((resolve) => void limit(req, res, resolve))
    const outcome = refused === undefined ? await ended(req, res, provider) : refusal('busy')
    answer(req, res, { provider, outcome })
  }

  async function ended(req: Request, res: Response, provider: Provider): Promise<OauthOutcome> {
    try {
      return await arrive(req, res, provider)
    } catch (error) {
      if (error instanceof OauthRefused) return refusal(error.why)
      if (!(error instanceof ProviderFailed)) kit.report(error, req)
      else {
        noteRefusal(kit, req, 'provider_refused')
        const { reason, kind } = error
        kit.log.warn({ provider: provider.name, reason }, 'a login by a provider failed')
        if (kind === 'away') return refusal('away')
      }
      return refusal('failed')
    }
  }
}

const refusal = (why: OauthRefused['why']): OauthOutcome => ({ kind: 'refused', why })

function arriving(kit: Kit): (req: Request, res: Response, provider: Provider) => Promise<OauthOutcome> {
  const client = providerClient(kit)
  const links = linkProvider(kit)
  const logIn = logInByProvider(kit)

  return async (req, res, provider) => {
    const callback = new URL(redirectUri(kit, provider))
    const [, query = ''] = targetOf(req).split('?', 2)
    callback.search = query
    const { secrets, remembered, linking } = await returned(req, provider, callback.searchParams)
    const arrived = await client.exchange(provider, callback, secrets)
    const comer = { provider: provider.name, arrived }
    if (!linking) return logIn(req, res, comer, remembered)
    await links.link(req, { linking, remembered }, comer)
    return { kind: 'linked' }
  }

  async function returned(req: Request, { name }: Provider, query: URLSearchParams): Promise<Returned> {
    const [state, ...more] = query.getAll('state')
    const browsers = flowBrowser(kit).all(req)
    const isComplete = state !== undefined && more.length === 0 && browsers.length > 0
    const flow = isComplete
      ? await takeFlow(kit.db, { state, browsers, provider: name, now: kit.clock.now() })
      : null
    if (!flow) {
      noteRefusal(kit, req, 'provider_refused')
      throw new OauthRefused('over')
    }
    const secrets = flowSecrets(flow.browser, state!)
    return { secrets, remembered: JSON.parse(secrets.open(flow.sealed)), linking: flow.linking }
  }
}
