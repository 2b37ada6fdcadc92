import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Secrets that the first start creates and later starts reuse. */
export interface StartSecrets {
  /** signs access tokens; kept so that a restart logs no user out */
  jwtSecret: string
  /** `XXXX-XXXX`: the first registration with it becomes the owner */
  claimCode: string
  /** password of the login that the served app connects with */
  databasePassword: string
}

const schema = z.object({
  jwtSecret: z.string().min(32),
  claimCode: z.string().min(8),
  databasePassword: z.string().min(16),
})

// Without letters and digits that are easily confused.
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'

/**
 * Reads `secrets.json` of the data folder, or creates it with mode 0600.
 * @throws when the file exists and cannot be parsed
 */
export function readSecrets(folder: string): StartSecrets {
  const file = join(folder, 'secrets.json')
  if (existsSync(file)) return storedSecrets(file)
  const four = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const secrets: StartSecrets = {
    jwtSecret: randomBytes(32).toString('hex'),
    claimCode: `${four()}-${four()}`,
    databasePassword: randomBytes(24).toString('base64url'),
  }
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  return secrets
}

function storedSecrets(file: string): StartSecrets {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The content is not repeated, because it may be half of a secret.
    throw new Error(
      `${file} cannot be parsed. Restore it, or remove it: the database then gets a new password, ` +
        'every user is logged out, and an unclaimed owner account gets a new claim code.',
    )
  }
}
