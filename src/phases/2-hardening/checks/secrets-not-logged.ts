import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Route, Target, Visitor } from '../../../gate/gate.js'
import { formsOf, makeCanaries, PLACES } from './canaries.js'
import { breakWrites } from './faults.js'
import { concrete, inParallel, visitors, writing } from './requests.js'

interface Sink {
  name: string
  text: string
}

/** Collects what the app reports to others. */
async function listenForReports(): Promise<{ url: string; text(): string; count(): number; close(): void }> {
  const received: string[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    received.push(`${req.url}\n${JSON.stringify(req.headers)}\n${Buffer.concat(chunks)}`)
    res.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/issues`,
    text: () => received.join('\n'),
    count: () => received.length,
    close: () => server.close().closeAllConnections(),
  }
}

export const secretsNotLogged: Check = {
  id: 'hardening.secrets-not-logged',
  title: 'No secret of a request reaches what the app prints, or the error reports it sends',
  proves: ['H2'],
  fix: 'Find where the value is printed; everything the process writes must pass the console layer of phase 2.',
  timeout: 120_000,
  async run(gate) {
    const reports = await listenForReports()
    try {
      const target = await gate.app({ env: { ISSUE_TRACKER_URL: reports.url } })
      const routes = await gate.routes()
      const canaries = makeCanaries()
      const visitor = visitors(23)
      const ids: string[] = []
      await sendAll(target, routes, canaries, visitor, ids)
      await breakWrites(gate.database)
      await sendAll(target, writing(routes), canaries, visitor, ids)
      // The last lines and reports are written after the answers.
      await new Promise((done) => setTimeout(done, 500))

      const sinks: Sink[] = [
        { name: 'standard output or error', text: target.output() },
        { name: 'a report sent to others', text: reports.text() },
      ]
      const logged = ids.filter((id) => sinks[0]!.text.includes(id)).length
      const problems = search(sinks, canaries)
      const { password } = new URL(gate.database.url)
      if (password.length >= 8 && sinks.some(({ text }) => text.includes(password)))
        problems.push({ what: 'the password of the database is in what the app prints or reports' })
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
          `${PLACES.length} places a secret was put in, ${sinks.length} sinks, ${formsOf(canaries.mark).length + 2} encodings`,
          `${sinks[0]!.text.length} characters printed, ${reports.count()} reports received`,
        ],
      }
    } finally {
      reports.close()
    }
  },
  mutations: [
    {
      name: 'what the app prints is not redacted',
      by: { edit: [{ file: 'core/console.js', find: 'return redactText(chunk)', replace: 'return chunk' }] },
    },
    {
      name: 'what the app reports to others is not redacted',
      by: {
        edit: [
          { file: 'core/outgoing-reports.js', find: '? redactText(text) : text', replace: '? text : text' },
        ],
      },
    },
    {
      name: 'secrets are not recognised by name',
      by: {
        edit: [
          {
            file: 'core/redact-text.js',
            find: 'maskNamed(maskPatterns(masked))',
            replace: 'maskPatterns(masked)',
          },
        ],
      },
    },
  ],
}

async function sendAll(
  target: Target,
  routes: Route[],
  canaries: ReturnType<typeof makeCanaries>,
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

function search(sinks: Sink[], { mark, of }: ReturnType<typeof makeCanaries>): Evidence[] {
  return sinks.flatMap(({ name, text }) =>
    formsOf(mark).flatMap((form) => {
      const at = text.indexOf(form.text)
      if (at < 0) return []
      const places = PLACES.filter((place) => text.includes(of(place)))
      const around = text
        .slice(Math.max(0, at - 120), at)
        .split('\n')
        .at(-1)
      return [
        {
          what: `a secret sent in ${places.join(', ') || 'a request'} is in ${name} (${form.name})`,
          expected: '[redacted]',
          got: `…${around}<the secret>`,
        },
      ]
    }),
  )
}
