import { parseArgs } from 'node:util'
import { rowLines } from '../../proof/backup/row-counts.js'
import { loadProject } from '../../proof/gate/project.js'
import { backUp, IncompleteDump } from '../backup/back-up.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../command.js'
import { databaseUrl } from '../database.js'

const OPTIONS = {
  ...DATABASE_OPTIONS,
  // a superuser or BYPASSRLS, where the app's login does not own the tables
  admin: { type: 'string' },
  // the folder of pg_dump
  bin: { type: 'string' },
} as const

export const command: Command = {
  name: 'backup',
  usage: 'backup FILE [--database URL] [--admin URL] [--bin FOLDER] [--json] [--config FILE]',
  about:
    'dumps the database with every user’s rows (pg_dump’s custom format) and writes their counts by owner to FILE.json; changes nothing in the database',
  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
    atMost(1, positionals, command)
    const [file] = positionals
    if (!file) throw new UsageError(`backup: name the file to write\n\nusertwo ${command.usage}`)
    const { config } = await loadProject(values.config)
    const url = values.admin ?? databaseUrl(values.database)
    try {
      const manifest = await backUp(config, { file, url, bin: values.bin })
      if (values.json) console.log(JSON.stringify({ file, ...manifest }, null, 2))
      else
        for (const line of [
          `${file}: ${manifest.database}, PostgreSQL ${manifest.server}`,
          ...rowLines(manifest.tables),
        ])
          console.log(line)
      return EXIT.go
    } catch (error) {
      if (!(error instanceof IncompleteDump)) throw error
      console.error(error.message)
      return EXIT.noGo
    }
  },
}
