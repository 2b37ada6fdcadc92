import { readFile } from 'node:fs/promises'
import { campaignApp } from '../../attack/campaign/campaign.js'
import { namedIn, newMarks, plantCanaries } from '../../attack/fixture/canary.js'
import { ownedTables } from '../../attack/fixture/rows.js'
import { readableRequests } from '../../attack/oracle/readings.js'
import { addressesOf, type WrittenFiles, watchFiles } from '../../attack/oracle/written-files.js'
import type { Answer } from '../../gate/app/http.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate, Member, Target } from '../../gate/gate.js'
import { EPOCH } from '../../gate/templates.js'
import { Correlation } from '../../gate/traffic/correlation.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import requireUser from './mutants/requests/require-user.js'

export const files: Check = {
  id: 'isolation.files',
  title: 'No file that the app writes for one user is served to another',
  proves: ['T1'],
  fix: 'Send the file from a route that checks its owner, and keep it outside every static folder.',
  timeout: 180_000,
  async run(gate) {
    const { config, database } = gate
    const scratch = await gate.scratch()
    const watch = await watchFiles(scratch)
    try {
      // The app runs in the copy, but with an absolute path it may still write into the adopter's folder.
      await watch.also([gate.folder])
      const how = { env: { ...campaignApp().env, TMPDIR: watch.temporary } }
      const target = await gate.app(how)
      const { owner, other, anonymous } = await gate.people(how)
      const served = await gate.folders(how)
      await watch.also(served.map(({ folder }) => folder))
      const tables = await ownedTables(database, config)
      const marks = newMarks(tables)
      await plantCanaries(database, tables, owner.id, marks, namedIn(await gate.traffic()))

      const asked = await playAsOwner(gate, target, owner)
      const written = await watch.written()
      // A route that sends a file is not a static folder. The owner's answer identifies the file that the
      // route sends.
      const sent: [path: string, body: string][] = []
      for (const { path } of await readableRequests(gate, target, owner)) {
        const { status, body } = await target.ask('GET', path, { as: owner })
        if (status === 200) sent.push([path, body])
      }
      const byRoute = ({ content }: WrittenFiles) =>
        sent.flatMap(([path, body]) => (body === content.toString('utf8') ? [path] : []))
      const roots = [watch.temporary, scratch, gate.folder]
      const rootOf = ({ file }: WrittenFiles) => roots.find((root) => file.startsWith(root)) ?? gate.folder
      const problems: Evidence[] = []
      const seen = new Set<string>()
      for (const file of written)
        for (const path of [...addressesOf(file, rootOf(file), served), ...byRoute(file)])
          for (const who of [other, anonymous]) {
            const at = `${who.name} ${path}`
            if (seen.has(at) || gate.signal.aborted) continue
            seen.add(at)
            const answer = await target.ask('GET', path, { as: who })
            const leaked = await leakOf(answer, file, marks)
            if (leaked)
              problems.push({
                what: `a file written while the owner used the app is served to ${who === other ? 'the second user' : 'an anonymous client'}: ${leaked}`,
                route: `GET ${path}`,
                curl: curl(target.url, 'GET', path, { as: who }),
              })
          }
      const notes = [`${written.length} files were written, ${seen.size} addresses asked`]
      return { exercised: asked, unit: 'requests', problems, notes }
    } finally {
      await watch.close()
    }
  },
  mutants: [
    {
      name: 'the last answer of each path is kept in a file that every user may read',
      names: 'GET /kept/',
      by: { replace: [requireUser.keptFiles] },
    },
  ],
}

/** @returns how many of the recorded requests were answered 2xx */
async function playAsOwner(gate: Gate, target: Target, owner: Member): Promise<number> {
  const rows = new Correlation()
  let asked = 0
  for (const [at, recorded] of (await gate.traffic()).entries()) {
    if (gate.signal.aborted) break
    const { answer } = await send(target, rows.request(recorded), clockOf(EPOCH, at), owner)
    rows.learn(recorded.response.body, answer.body)
    rows.follow(recorded.response, answer)
    if (answer.status >= 200 && answer.status < 300) asked++
  }
  return asked
}

/**
 * Returns what an answer holds of the owner's: one of the owner's marks, or the file itself, either as first
 * found or as it is now.
 */
async function leakOf(
  { status, body }: Answer,
  { file, content }: WrittenFiles,
  marks: ReadonlyMap<string, string>,
): Promise<string | null> {
  if (status !== 200) return null
  for (const [mark, place] of marks) if (body.includes(mark)) return `it holds ${place}`
  const now = await readFile(file).catch(() => content)
  return [content, now].some((bytes) => body === bytes.toString('utf8')) ? 'the file itself' : null
}
