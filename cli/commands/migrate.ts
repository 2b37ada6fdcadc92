import { join, resolve } from 'node:path'
import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { loadProject } from '../../proof/gate/project.js'
import { refuseRemote } from '../../proof/postgres/this-machine.js'
import { parseDial } from '../../src/config/settings.js'
import { WAIT_FOR_DATABASE, waitForDatabase } from '../../src/database/connect.js'
import { SecondUserError } from '../../src/database/migrations/losses.js'
import { withClient } from '../../src/database/with-client.js'
import { appIdentity, migrateTo } from '../../src/migrate.js'
import { phases } from '../../src/phases/index.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl, writableDatabaseUrl } from '../database.js'
import { rolloutCommands } from '../declared/rollout.js'
import { during } from '../during.js'
import { readDeployed } from '../migrate/deployed.js'
import { undo, undoLines } from '../migrate/down.js'
import { planLines, planMigration, warningsAfter } from '../migrate/plan.js'
import { migrationProgress } from '../migrate/progress.js'
import { planStatements, statementLines } from '../migrate/statements.js'
import { migrateStatus, statusLines } from '../migrate/status.js'
import { undoSchema, undoSchemaLines } from '../migrate/undo.js'
import { UsageError } from '../usage-error.js'

/** The first phase that adds columns to tables of the app. */
const PEOPLE = 3
/** The default of `--backups`. */
const BACKUPS = 'usertwo-backups'
const LAST = phases.at(-1)!.number

export const command = implement(rolloutCommands.migrate, async ({ values, action }) => {
  if (values.dial && values.to !== undefined)
    throw new UsageError('migrate: --dial and --to both name a phase; give one of them')
  const project = await loadProject(values.config)
  const { config } = project
  const dial = parseDial(process.env, config.prefix)
  const to = values.dial ? (dial ?? 0) : (values.to ?? LAST)
  if (values.contract && (action !== 'up' || to < 6))
    throw new UsageError('migrate: --contract goes with `migrate up`, to phase 6 or later')
  if (action === 'down' && values.to === undefined)
    throw new UsageError('migrate down: say how far, --to N; 0 removes all of the toolkit’s own tables')
  if (values.contract) refuseBelowFloor(dial)
  const print = (facts: object, lines: string[]) =>
    console.log(values.json ? JSON.stringify(facts, null, 2) : lines.join('\n'))

  if (action === 'plan') {
    const url = databaseUrl(values.database)
    const who = await appIdentity(url, values.app)
    const plan = await asLogin(url, (client) => planMigration(client, config, to, who))
    const trial = () => planStatements(project, to, () => asLogin(url, readDeployed))
    const isLeft = to >= PEOPLE && plan.steps.length > 0
    const statements = isLeft
      ? await during('trying every statement of the app on the schema to come', trial)
      : null
    print({ ...plan, statements }, [...(statements ? statementLines(statements) : []), ...planLines(plan)])
    return plan.problems.length > 0 || statements?.isWaived === false ? EXIT.noGo : EXIT.go
  }
  if (action === 'status') {
    const status = await migrateStatus(databaseUrl(values.database), config, to, values.app)
    print(status, statusLines(status))
    return status.complete ? EXIT.go : EXIT.noGo
  }
  const url = writableDatabaseUrl(values)
  const { admin, app, contract, 'keep-user': user } = values
  if (admin && !values['allow-remote']) refuseRemote(admin, '--admin')
  if (action === 'down')
    return unlessOthersLogIn({ to }, print, async () => {
      const undoing = await undo({ url, adminUrl: admin }, config, to, values.yes)
      print(undoing, undoLines(undoing))
      return undoing.lost.length > 0 && !values.yes ? EXIT.noGo : EXIT.go
    })
  if (action === 'undo')
    return unlessOthersLogIn({}, print, async () => {
      const folder = values.backups === undefined ? join(project.folder, BACKUPS) : resolve(values.backups)
      const keeps = user === undefined ? null : { user, folder, bin: values.bin }
      const undoing = await undoSchema({ url, adminUrl: admin }, config, { yes: values.yes, keeps })
      print(undoing, undoSchemaLines(undoing))
      return undoing.done || undoing.steps.length === 0 ? EXIT.go : EXIT.noGo
    })
  if (app && !values['allow-remote']) refuseRemote(app, '--app')
  const progress = migrationProgress((line) => console.error(line))
  const urls = { url, adminUrl: admin, appUrl: app }
  if (values.dial) await waitForDatabase(url, { seconds: WAIT_FOR_DATABASE })
  const done = await migrateTo(urls, config, to, { contract, ...progress }).finally(progress.end)
  const who = await appIdentity(url, app)
  const warnings = await withClient(url, 'migrate', (client) => warningsAfter(client, config, to, who))
  for (const warning of warnings) console.error(`warning: ${warning}`)
  print({ to, done }, [...done, done.length ? `at phase ${to}` : `nothing to do: at phase ${to}`])
  return EXIT.go
})

/** Runs an undo, or prints that it was refused because other users would be lost. */
async function unlessOthersLogIn(
  facts: object,
  print: (facts: object, lines: string[]) => void,
  run: () => Promise<number>,
): Promise<number> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof SecondUserError)) throw error
    print({ ...facts, refused: error.message }, [error.message])
    return EXIT.noGo
  }
}

/** A contract under an app whose dial is lower would break it at once, and keep it from starting again. */
function refuseBelowFloor(dial: number | undefined): void {
  if (dial === undefined || dial >= 6) return
  throw new UsageError(
    `--contract: USERTWO_PHASE is ${dial}, and could not go below 6 afterwards; turn it up first`,
  )
}
