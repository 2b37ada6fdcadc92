import type { Gate } from '../gate/gate.js'
import { recordedRoute } from '../gate/traffic/exchange.js'
import { playedAgain } from '../gate/traffic/replay.js'
import type { RecordedStatement } from './subjects.js'

/** Plays the recording on the app as it was, and returns what it sent to its database, with values. */
export async function recordedStatements(gate: Gate): Promise<RecordedStatement[]> {
  const traffic = await gate.recording().catch(() => [])
  const { url } = await gate.unmigrated()
  const target = await gate.app({ bare: true, dial: 0, env: { DATABASE_URL: url }, reaches: [url] })
  const found: RecordedStatement[] = []
  const take = async (route: string) => {
    for (const { text, values } of (await target.statements()) ?? []) found.push({ text, values, route })
  }
  await take('the start')
  for await (const { exchange } of playedAgain(target, traffic, { config: gate.config })) {
    await take(recordedRoute(exchange))
    if (gate.signal.aborted) break
  }
  return found.filter(({ text }) => isOfRows(text))
}

const isOfRows = (text: string) =>
  /^[\s(]*(?:with|select|insert|update|delete|merge|call|table)\b/i.test(text)
