import type { Request } from 'express'
import type { ConnectAnswer, OauthProvider } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { SentBy } from '../answer.js'
import type { IdentityShown } from '../oauth/identities.js'
import { connectBody } from '../oauth/oauth-bodies.js'
import { bodyAction, type EndpointAction, inJson, namedId, onlyRecent, orMissing } from './action.js'

/** Loaded with the first call: where the feature is off nothing of it is. */
const connecting = onePerApp(async (kit) => (await import('../oauth/connect.js')).connectProviders(kit))
const links = onePerApp(async (kit) => (await import('../oauth/link-provider.js')).linkProvider(kit))
const named = () => import('../oauth/provider/named-provider.js')
const providers = () => import('../oauth/provider/providers.js')

/** What pages and clients show of the providers; the feature is on. */
export async function shownProviders({ config, settings }: Kit): Promise<OauthProvider[]> {
  return (await providers()).providersIn(config, settings).map(({ name, label }) => ({ name, label }))
}

const nameIn = (req: Request, by: SentBy) => String(by === 'form' ? req.body.provider : req.params.provider)

const providerAvailable: EndpointAction<OauthProvider> = {
  make: (kit) => async (req) => {
    const { name, label } = (await named()).providerNamed(kit, String(req.params.provider))
    return { name, label }
  },
  answer: inJson,
}

const connectProvider = bodyAction({
  body: () => connectBody,
  run:
    (kit) =>
    async (req, res, given, by): Promise<ConnectAnswer> => {
      const { href } = await (await connecting(kit)).logIn(req, res, nameIn(req, by), given)
      return { url: href }
    },
  answer: inJson,
})

const linkProvider: EndpointAction<ConnectAnswer> = {
  before: onlyRecent,
  make: (kit) => async (req, res, by) => {
    const { href } = await (await connecting(kit)).link(req, res, nameIn(req, by))
    return { url: href }
  },
  answer: inJson,
}

const listIdentities: EndpointAction<IdentityShown[]> = {
  make: (kit) => async (req) => (await links(kit)).list(req),
  answer: inJson,
}

const unlinkProvider: EndpointAction<boolean> = {
  before: onlyRecent,
  make: (kit) => async (req, _res, by) => (await links(kit)).unlink(req, namedId(req, by)),
  answer: orMissing,
}

export const oauthActions = {
  providerAvailable,
  connectProvider,
  linkProvider,
  listIdentities,
  unlinkProvider,
}
