import { parseArgs } from 'node:util'
import { rowLines } from '../../proof/backup/row-counts.js'
import { refuseRemote } from '../../proof/postgres/this-machine.js'
import { type Restored, restoreDump } from '../backup/restore.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../command.js'
import { writableDatabaseUrl } from '../database.js'

const OPTIONS = {
  ...DATABASE_OPTIONS,
  'allow-remote': { type: 'boolean', default: false },
  // somebody who may make roles
  admin: { type: 'string' },
  // the folder of pg_restore
  bin: { type: 'string' },
} as const

export const command: Command = {
  name: 'restore',
  usage: 'restore FILE --database URL [--admin URL] [--bin FOLDER] [--allow-remote] [--json]',
  about:
    'restores a dump of `usertwo backup` into an empty database: makes the roles it names, then compares the rows by owner with FILE.json',
  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
    atMost(1, positionals, command)
    const [file] = positionals
    if (!file) throw new UsageError(`restore: name the dump\n\nusertwo ${command.usage}`)
    const url = writableDatabaseUrl(values)
    const { admin, bin } = values
    if (admin && !values['allow-remote']) refuseRemote(admin, '--admin')
    const done = await restoreDump({ file, url, adminUrl: admin, bin })
    if (values.json) console.log(JSON.stringify({ file, ...done }, null, 2))
    else for (const line of lines(file, done)) console.log(line)
    return done.differences.length === 0 ? EXIT.go : EXIT.noGo
  },
}

function lines(file: string, { manifest, tables, differences, made, left }: Restored): string[] {
  return [
    `${file}: ${manifest.database} of ${manifest.taken}, PostgreSQL ${manifest.server}`,
    ...rowLines(tables),
    ...(differences.length === 0
      ? ['Every row of every owner is there.']
      : ['The restored rows are not those of the dump:', ...differences.map((one) => `  ${one}`)]),
    ...made.map(
      (role) =>
        `The role ${role} did not exist. It was made without a login; if the app connects as it, an administrator runs: ALTER ROLE "${role}" LOGIN PASSWORD '…'`,
    ),
    ...(left.length === 0
      ? []
      : [
          `${left.length} rights on the server’s own functions or on the schema public need an administrator; run: usertwo migrate up --admin postgres://admin:…@host/database`,
        ]),
    'Next: let DATABASE_URL name this database, then run: usertwo migrate status',
  ]
}
