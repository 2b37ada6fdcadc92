import { inject } from 'vitest'
import {
  type Clone,
  type Databases,
  databasesOf,
  type Template,
  type Urls,
} from '../../proof/postgres/throw-away.js'
import { withClient } from '../../src/database/with-client.js'
import { atFileEnd } from './file-end.js'

/** Templates and clones on the server of this test run. */
export function databases(): Databases {
  return databasesOf(inject('postgres'))
}

/** An empty database of this test file's own, owned by a plain login, removed after the file's last test. */
export function freshDatabase(): Promise<Clone> {
  return copyOf('test', async () => {})
}

/**
 * A database of this test file's own, filled by `build`, removed after the file's last test. It is a copy of one that the
 * first file of the run that asks for it builds.
 * @param about all that `build` depends on
 */
export async function copyOf(about: string, build: (db: Urls) => Promise<void>): Promise<Clone> {
  const database = await databases().clone(await template(about, build))
  atFileEnd(() => database.drop())
  return database
}

const templates = new Map<string, Promise<Template>>()
/** An advisory lock: one process builds a template, the others wait for it. */
const LOCK = 57_0001

function template(about: string, build: (db: Urls) => Promise<void>): Promise<Template> {
  const known = templates.get(about)
  if (known) return known
  const made = withClient(inject('postgres'), 'templates', async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(
      'create table if not exists templates (about text primary key, template json not null)',
    )
    const { rows } = await client.query('select template from templates where about = $1', [about])
    if (rows[0]) return rows[0].template as Template
    const built = await databases().template(about.split(' ', 1)[0]!, build)
    await client.query('insert into templates values ($1, $2)', [about, built])
    return built
  })
  templates.set(about, made)
  return made
}
