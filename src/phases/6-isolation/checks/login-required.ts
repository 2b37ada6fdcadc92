import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { pagesIn } from '../../../core/config.js'
import { isPublic } from '../../../express/public-route.js'
import type { Check, Evidence } from '../../../tools/gate/check.js'
import { senderAt } from '../../../tools/gate/loopback.js'
import { nextAddress, stranger } from '../../../tools/gate/people.js'
import greets from './mutants/inner-app.greets.js'
import firstPage from './mutants/public-route.first-page.js'
import nobody from './mutants/require-user.nobody.js'
import socketsFirst from './mutants/server-events.sockets-first.js'

/** Where apps take sockets: Node hands an upgrade to whoever listens, whatever routes there are. */
const UPGRADES = ['/', '/ws', '/socket', '/live', '/graphql', '/socket.io/?EIO=4&transport=websocket']

/** The status of a WebSocket handshake of nobody's; 0 when the connection just ends. */
function upgradeStatus(url: string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      origin: url,
    }
    const asked = request(url + path, { ...senderAt(nextAddress(), headers), agent: false, timeout: 5_000 })
    const done = (status: number) => {
      asked.destroy()
      resolve(status)
    }
    asked.on('upgrade', ({ statusCode = 0 }) => done(statusCode))
    asked.on('response', ({ statusCode = 0 }) => done(statusCode))
    asked.on('timeout', () => done(0))
    asked.on('error', () => resolve(0))
    asked.end()
  })
}

export const loginRequired: Check = {
  id: 'isolation.login-required',
  title: 'Without a login nothing but the public routes answers, and a query outside a request finds nothing',
  proves: ['B1', 'T1'],
  fix: 'List a route under routes.public only if everybody may see it.',
  async run(gate) {
    const target = await gate.app()
    const open = isPublic(gate.config)
    const problems: Evidence[] = []
    const nobody = stranger()
    const asked = new Set<string>()
    for (const { method, path } of [...(await gate.traffic()), ...(await gate.routes())]) {
      const at = path.replace(/:\w+/g, '1').replace(/\*.*$/, 'x')
      const verb = method === 'ALL' ? 'GET' : method
      if (asked.has(`${verb} ${at}`) || open({ method: verb, url: at })) continue
      asked.add(`${verb} ${at}`)
      for (const variant of new Set([at, at.toUpperCase(), `/${at}`, `${at}/`])) {
        const { status } = await target.ask(verb, variant, { as: { ...nobody, address: nextAddress() } })
        if (status !== 401 && status !== 404 && status !== 302)
          problems.push({
            what: 'answers without a login',
            route: `${verb} ${path}`,
            expected: '401',
            got: `${status} for ${variant}`,
          })
      }
    }
    for (const path of UPGRADES) {
      if ((await upgradeStatus(target.url, path)) === 101)
        problems.push({
          what: 'takes a socket without a login',
          route: `GET ${path}`,
          expected: '401',
          got: '101',
        })
    }
    return { exercised: asked.size, unit: 'routes', problems }
  },
  mutants: (config) => [
    {
      name: 'no login needed',
      names: 'answers without a login',
      by: { replace: [nobody] },
    },
    {
      name: 'sockets are taken before anybody asks who',
      names: 'takes a socket without a login',
      by: { replace: [socketsFirst] },
    },
    ...pagesIn(config)
      .slice(0, 1)
      .filter((url) => !isPublic(config)({ method: 'GET', url }))
      .map((index) => ({
        name: 'one page is open',
        names: `GET ${index}\n`,
        by: { env: { FIRST_PAGE: index }, replace: [firstPage, greets] },
      })),
  ],
}
