import { parseArgs } from 'node:util'
import { status } from '../../database/migrator.js'
import { refuseRemote } from '../../database/this-machine.js'
import { loadProject } from '../../gate/project.js'
import { migrateTo } from '../../migrate.js'
import { asLogin } from '../../phases/8-rollout/as-login.js'
import { missingMigrations } from '../../phases/8-rollout/migrated.js'
import { phases } from '../../phases/index.js'
import { type Command, EXIT, UsageError } from '../command.js'
import { databaseUrl, writableDatabaseUrl } from '../database.js'

const LAST = phases.at(-1)!.number

export const migrate: Command = {
  name: 'migrate',
  usage:
    'migrate up|status [--to N] [--database URL] [--admin URL] [--app URL] [--allow-remote] [--json] [--config FILE]',
  about:
    'brings the database to a phase (default: the last), or shows what is applied; needed before the dial goes up',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        database: { type: 'string' },
        'allow-remote': { type: 'boolean', default: false },
        // a superuser, to make the role that requests run in
        admin: { type: 'string' },
        // as the app connects, where that login does not own its tables
        app: { type: 'string' },
        json: { type: 'boolean', default: false },
        config: { type: 'string' },
      },
    })
    const [what] = positionals
    const to = values.to === undefined ? LAST : Number(values.to)
    if (!Number.isInteger(to) || to < 0 || to > LAST)
      throw new UsageError(`--to ${values.to}: a phase, 0 to ${LAST}`)
    const { config } = await loadProject(values.config)
    const url = what === 'up' ? writableDatabaseUrl(values) : databaseUrl(values.database)
    if (what === 'up') {
      if (values.admin && !values['allow-remote']) refuseRemote(values.admin, '--admin')
      if (values.app && !values['allow-remote']) refuseRemote(values.app, '--app')
      const done = await migrateTo({ url, adminUrl: values.admin, appUrl: values.app }, config, to)
      if (values.json) console.log(JSON.stringify({ to, done }, null, 2))
      else console.log([...done, done.length ? `at phase ${to}` : `nothing to do: at phase ${to}`].join('\n'))
      return EXIT.go
    }
    if (what !== 'status') throw new UsageError('migrate: say `migrate up` or `migrate status`')
    const migrations = await status(url)
    const missing = await asLogin(url, (client) => missingMigrations(client, config, to))
    const steps = missing.filter((name) => !migrations.some((one) => one.name === name))
    if (values.json) console.log(JSON.stringify({ to, migrations, steps }, null, 2))
    else {
      for (const { name, appliedAt, risk } of migrations)
        console.log(
          appliedAt ? `${name}  applied ${appliedAt.toISOString()}` : `${name}  not applied; ${risk}`,
        )
      for (const name of steps) console.log(`ownership: ${name}`)
      console.log(missing.length ? `${missing.length} missing for phase ${to}` : `complete for phase ${to}`)
    }
    return missing.length ? EXIT.noGo : EXIT.go
  },
}
