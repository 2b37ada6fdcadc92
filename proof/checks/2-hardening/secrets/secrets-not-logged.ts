import type { Check, Evidence, Mutant } from '../../../gate/check.js'
import type { Route, Target, Visitor } from '../../../gate/gate.js'
import type { Replacement } from '../../../gate/replace/replacing.js'
import { breakWrites } from '../faults.js'
import innerApp from '../mutants/express/inner-app.js'
import consoleMutants from '../mutants/redaction/console.js'
import logFiles from '../mutants/redaction/log-files.js'
import outgoingReports from '../mutants/redaction/outgoing-reports.js'
import secretNames from '../mutants/redaction/secret-names.js'
import { concrete, inParallel, sendable, visitors, writing } from '../requests.js'
import {
  CANARY_PLACES,
  type CanaryPlace,
  ENCODINGS,
  formsOf,
  makeCanaries,
  type SecretCanaries,
} from './canaries.js'
import { overhear, type Sink } from './sinks.js'

/** The last lines and reports are written after the answers. Milliseconds. */
const AFTERWARDS = 500

/** A mutant in which the app writes requests to a sink and usertwo does not redact them. */
const notRedacted = (what: string, sink: string, replace: Replacement[]): Mutant => ({
  name: `${what} is not redacted`,
  names: ` is in ${sink} (`,
  by: { replace },
})

export const secretsNotLogged: Check = {
  id: 'hardening.secrets-not-logged',
  title: 'No secret from a request reaches output, log files or error reports',
  proves: ['H2'],
  fix: 'Find where the value is printed; everything the process writes must pass the console layer of phase 2.',
  timeout: 180_000,
  async run(gate) {
    const app = await overhear(gate)
    // Below phase 2 nothing is redacted. What is found there proves that the search works.
    const open = await overhear(gate, { dial: 1 })
    try {
      const routes = await gate.routes()
      const [canaries, control] = [makeCanaries(), makeCanaries()]
      const visitor = visitors(23)
      const ids: string[] = []
      await sendAll(app.target, sendable(routes), canaries, visitor, ids)
      await breakWrites(gate.database)
      await sendAll(app.target, writing(routes), canaries, visitor, ids)
      await sendAll(open.target, writing(routes), control, visitor, [])
      await new Promise((done) => setTimeout(done, AFTERWARDS))

      const sinks = app.sinks()
      const logged = ids.filter((id) => sinks[0]!.text.includes(id)).length
      const found = search(sinks, canaries)
      const problems: Evidence[] = found.map(({ sink, place, form, got }) => ({
        what: `a secret sent in ${place} is in ${sink} (${form})`,
        expected: '[redacted]',
        got,
      }))
      const { password } = new URL(gate.database.url)
      if (password.length >= 8 && sinks.some(({ text }) => text.includes(password)))
        problems.push({ what: 'the app prints or reports the password of the database' })
      if (ids.length && logged < ids.length)
        problems.push({
          what: 'requests are missing in the log, so its silence about secrets means nothing',
          expected: `${ids.length} request ids`,
          got: `${logged}`,
        })
      return {
        exercised: ids.length,
        unit: 'requests',
        problems,
        notes: [
          `searched ${sinks.length} sinks for ${CANARY_PLACES.length} canaries in ${ENCODINGS.length} encodings: ${found.length} found`,
          `with redaction off, canaries found in each: ${foundWithout(open.sinks(), control)}`,
          `sinks: ${sinks.map(({ name, text }) => `${name} ${text.length} characters`).join(', ')}; encodings: ${ENCODINGS.join(', ')}`,
        ],
      }
    } finally {
      app.close()
      open.close()
    }
  },
  mutants: [
    notRedacted('standard output', 'standard output', [consoleMutants.openOutput, innerApp.printsAddresses]),
    notRedacted('standard error', 'standard error', [
      consoleMutants.openErrors,
      innerApp.printsAddressesAsErrors,
    ]),
    notRedacted('what the app writes into log files', 'a log file', [
      logFiles.unknown,
      innerApp.logsAddresses,
    ]),
    notRedacted('what the app reports to others', 'a report sent to others', [
      outgoingReports.asTheyAre,
      innerApp.reportsAddresses,
    ]),
    {
      name: 'secrets are not recognised by name',
      names: /a secret sent in .* is in/,
      by: { replace: [secretNames.unread, innerApp.printsBodies] },
    },
  ],
}

async function sendAll(
  target: Target,
  routes: Route[],
  canaries: SecretCanaries,
  visitor: () => Visitor,
  ids: string[],
): Promise<void> {
  const all = routes.flatMap(({ method, path }) =>
    (/^(?:GET|DELETE|HEAD)$/.test(method)
      ? [{ ...canaries.asks()[0]!, body: undefined }]
      : canaries.asks()
    ).map((ask) => ({ method, path: `${concrete(path, '999999')}?${canaries.query}`, ask })),
  )
  await inParallel(all, async ({ method, path, ask }) => {
    const answer = await target.ask(method, path, { ...ask, as: visitor() })
    const id = answer.headers['x-request-id']
    if (typeof id === 'string') ids.push(id)
  })
}

interface Find {
  sink: string
  place: CanaryPlace
  form: string
  /** the text in front of the secret, to find the line */
  got: string
}

/** Returns every sink, place and encoding in which a canary is found. */
function search(sinks: Sink[], canaries: SecretCanaries): Find[] {
  return sinks.flatMap(({ name: sink, text }) =>
    CANARY_PLACES.flatMap((place) =>
      formsOf(canaries.core(place)).flatMap(({ name: form, text: secret }) => {
        const at = text.indexOf(secret)
        if (at < 0) return []
        const before = text
          .slice(Math.max(0, at - 120), at)
          .split('\n')
          .at(-1)!
        return [{ sink, place, form, got: `…${canaries.without(before, '<a secret>')}<the secret>` }]
      }),
    ),
  )
}

/** Runs the same search on the app without redaction. A sink in which nothing is found was not exercised. */
function foundWithout(sinks: Sink[], canaries: SecretCanaries): string {
  const places = (sink: Sink) => new Set(search([sink], canaries).map(({ place }) => place)).size
  return sinks.map((sink) => `${sink.name} ${places(sink)}`).join(', ')
}
