import { type Answer, curl } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import { hashesSql, hashPlaceOf } from '../../../gate/people/hash-place.js'
import { sendOwnForm } from '../../../gate/people/own-login.js'
import { credentials } from '../../../gate/people/people.js'
import { EPOCH } from '../../../gate/templates.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { send } from '../../../gate/traffic/send.js'
import { newVisitor } from '../gate-login.js'
import innerApp from './mutants/inner-app.js'

/** No hash is shorter: a placeholder would be found in every answer. */
const SHORTEST = 16

export const passwordHashes: Check = {
  id: 'auth.own-password-hashes',
  title: 'No answer of the app holds the hash of a password, not even to its user',
  proves: ['A8'],
  onlyWhere: (config) => config.auth.by === 'app' && hashPlaceOf(config) !== null,
  fix: 'Name the columns that the route answers with, instead of select * or returning *.',
  async run(gate) {
    const target = await gate.app()
    const { owner } = await gate.people()
    const place = hashPlaceOf(gate.config)!
    const hashesNow = async () =>
      (await gate.database.sql<{ hash: string }>(hashesSql(place))).flatMap(({ hash }) =>
        hash.length >= SHORTEST ? [hash] : [],
      )
    const hashes = await hashesNow()
    const holds = ({ body, json }: Pick<Answer, 'body' | 'json'>, some: readonly string[]) => {
      const shown = JSON.stringify(json) ?? body
      return some.some((hash) => body.includes(hash) || shown.includes(hash))
    }
    const shows = ({ status }: Answer) =>
      `the answer ${status} holds a value of ${place.table}.${place.column}`
    const problems: Evidence[] = []
    const traffic = await gate.traffic()
    for (const [at, exchange] of traffic.entries()) {
      if (gate.signal.aborted) break
      const { answer } = await send(target, exchange, clockOf(EPOCH, at), owner)
      const { method, path, route } = exchange
      if (holds(answer, hashes))
        problems.push({
          what: shows(answer),
          route: route ?? `${method} ${path.split('?')[0]}`,
          curl: curl(target.url, method, path, { as: owner, body: exchange.request.body ?? undefined }),
        })
    }
    // A recording holds no password, so what it has of these two is refused.
    const { login, register } = gate.config.auth
    const forms = [
      { form: login!, account: owner },
      ...(register ? [{ form: register, account: credentials(gate.config, 'hashed') }] : []),
    ]
    for (const { form, account } of forms) {
      const answer = await sendOwnForm(target, form, newVisitor(), account)
      if (holds(answer, await hashesNow()))
        problems.push({
          what: shows(answer),
          route: `POST ${form.post}`,
        })
    }
    return { exercised: traffic.length + forms.length, unit: 'requests', problems }
  },
  mutants: (config) => {
    const place = hashPlaceOf(config)
    const mutant = {
      name: 'the app answers with the whole row of its user',
      names: 'holds a value of',
      by: { replace: [innerApp.showsHashes], env: { GATE_HASHES: place ? hashesSql(place) : '' } },
    }
    return [mutant]
  },
}
