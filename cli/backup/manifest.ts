import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { z } from 'zod'
import { UsageError } from '../usage-error.js'

const counted = z.object({
  table: z.string(),
  rows: z.number(),
  owner: z.string().nullable(),
  byOwner: z.record(z.string(), z.number()),
})

const schema = z.object({
  format: z.literal(1),
  /** when the snapshot was taken */
  taken: z.string(),
  database: z.string(),
  /** the server's version, and its major */
  server: z.string(),
  major: z.number(),
  /** major of the pg_dump that wrote the dump: an older pg_restore cannot read it */
  pgDump: z.number(),
  /** the role that owned the tables */
  owner: z.string(),
  /** the role that requests run in; null: before phase 6 */
  requestRole: z.string().nullable(),
  /** further roles that policies and rights name */
  roles: z.array(z.string()),
  extensions: z.array(z.string()),
  /** the schema of each extension that has one which the dump makes; older manifests name none */
  extensionSchemas: z.record(z.string(), z.string()).default({}),
  sha256: z.string(),
  tables: z.array(counted),
})

/** What a dump holds, kept next to it as `FILE.json`. */
export type BackupManifest = z.output<typeof schema>

export const manifestOf = (file: string) => `${file}.json`

/** @throws UsageError when the manifest is missing, or belongs to another dump */
export async function readBackupManifest(file: string): Promise<BackupManifest> {
  const place = manifestOf(file)
  let text: string
  try {
    text = readFileSync(place, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new UsageError(
      `${place} is missing: it holds the row counts and role names of ${file}, as \`usertwo backup\` wrote them. Put it next to the dump; without it, only pg_restore itself can read ${file}`,
    )
  }
  const read = schema.safeParse(JSON.parse(text))
  if (!read.success) throw new UsageError(`${place} is not a manifest of this version of usertwo`)
  if ((await fileDigest(file)) !== read.data.sha256)
    throw new UsageError(`${place} belongs to another dump than ${file}, or the dump was changed or cut off`)
  return read.data
}

export async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`${file} does not exist`)
    throw error
  }
  return hash.digest('hex')
}
