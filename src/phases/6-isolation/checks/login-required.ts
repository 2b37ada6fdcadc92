import { isPublic } from '../../../express/public-route.js'
import type { Check, Evidence } from '../../../gate/check.js'
import { nextAddress, stranger } from '../../../gate/people.js'

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
      if (asked.has(`${verb} ${at}`) || open({ method: verb, url: at } as Parameters<typeof open>[0]))
        continue
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
    return { exercised: asked.size, unit: 'routes', problems }
  },
  mutations: (config) => [
    {
      name: 'no login needed',
      by: {
        edit: [
          {
            file: 'dist/phases/6-isolation/require-user.js',
            find: 'if (open(req) || kit.userOf(req))',
            replace: 'if (true)',
          },
        ],
      },
    },
    {
      name: 'one page is open',
      by: {
        edit: [
          {
            file: 'dist/express/public-route.js',
            find: 'return (req) => open.has(',
            replace: `return (req) => req.url === '${config.spa.index}' || open.has(`,
          },
        ],
      },
    },
  ],
}
