import type { Gate } from '../../gate/gate.js'
import { runCommand } from '../../gate/run/command.js'

const MIGRATOR = new URL('../../../src/database/migrator.js', import.meta.url).href
const PROGRAM = `
import { down, migrate } from ${JSON.stringify(MIGRATOR)}
const { to, ...how } = JSON.parse(process.env.MIGRATE)
const answer = await (to < 3 ? down(process.env.DATABASE_URL, { ...how, to }) : migrate(process.env.DATABASE_URL, { ...how, phase: to }))
  .then(({ applied, undone }) => ({ done: applied ?? undone }), (error) => ({ failed: error.name + ': ' + error.message }))
console.log(JSON.stringify(answer))`

/**
 * Migrates the check's database in a process of its own, which the mutant under test affects as it affects
 * the app.
 *
 * @param to a phase; below 3: down to it
 * @returns the names of the migrations applied or undone
 * @throws with the name and message of the migrator's error
 */
export async function migrateInOwnProcess(gate: Gate, to: number): Promise<string[]> {
  const { config, database, edits, replace, calls, folder } = gate
  const order = { to, users: config.users, ownerId: config.owner.id }
  const env = { DATABASE_URL: database.url, MIGRATE: JSON.stringify(order) }
  const printed = await runCommand(['node', '--input-type=module', '-e', PROGRAM], folder, env, {
    edits: [...edits],
    replace,
    calls,
  })
  const answer = JSON.parse(printed.trim().split('\n').at(-1)!) as { done: string[] } | { failed: string }
  if ('failed' in answer) throw new Error(answer.failed)
  return answer.done
}
