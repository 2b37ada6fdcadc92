import { afterAll, inject } from 'vitest'
import { type Clone, type Databases, databasesOf, type Template } from '../../proof/postgres/throw-away.js'

/** Templates and clones on the server of this test run. */
export function databases(): Databases {
  return databasesOf(inject('postgres'))
}

let empty: Promise<Template> | undefined
const made: Clone[] = []

/** An empty database of this test file's own, owned by a plain login, removed after the file's last test. */
export async function freshDatabase(): Promise<Clone> {
  empty ??= databases().template('test', async () => {})
  const database = await databases().clone(await empty)
  made.push(database)
  return database
}

afterAll(async () => {
  await Promise.all(made.map((database) => database.drop()))
})
