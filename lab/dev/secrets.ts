import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What a start makes once and keeps. */
export interface StartSecrets {
  /** signs access tokens; kept, so that a restart logs no user out */
  jwtSecret: string
  /** `XXXX-XXXX`: the first registration with it becomes the owner */
  claimCode: string
  /** of the login that the served app connects with */
  databasePassword: string
}

const schema = z.object({
  jwtSecret: z.string().min(32),
  claimCode: z.string().min(8),
  databasePassword: z.string().min(16),
})

// Without letters and digits that are taken for one another.
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'

/**
 * Reads `secrets.json` of the data folder, or makes it; only its owner may read it (0600).
 * @throws when it is there and cannot be understood
 */
export function readSecrets(folder: string): StartSecrets {
  const file = join(folder, 'secrets.json')
  if (existsSync(file)) return parse(file)
  const four = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const secrets: StartSecrets = {
    jwtSecret: randomBytes(32).toString('hex'),
    claimCode: `${four()}-${four()}`,
    databasePassword: randomBytes(24).toString('base64url'),
  }
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  return secrets
}

function parse(file: string): StartSecrets {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // What was read is not repeated: it may be half of a secret.
    throw new Error(
      `${file} cannot be understood. Restore it, or remove it: the database then gets a new password, ` +
        'everybody is logged out, and an unclaimed owner has a new code.',
    )
  }
}
