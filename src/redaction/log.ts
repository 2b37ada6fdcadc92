import { type DestinationStream, type Logger, pino } from 'pino'
import { secretsOfClients } from '../config/oauth-clients.js'
import type { Settings } from '../config/settings.js'
import type { Variable } from '../config/variable.js'
import { type VariableName, variables } from '../config/variables.js'
import { decoded } from '../core/decoded.js'
import { tracing } from '../core/process/tracing.js'
import { writeRedacted } from './console.js'
import { redact, redactMembers } from './redact.js'
import { redactText } from './redact-text.js'
import { printable, secretsInFlight } from './secrets-in-flight.js'

const standardOutput: DestinationStream = { write: writeRedacted }

/** The values of the environment that must never be printed, and the password inside DATABASE_URL. */
function ownSecrets(settings: Settings): string[] {
  const found: string[] = secretsOfClients(settings.oauthClients ?? {})
  for (const name of Object.keys(variables) as VariableName[]) {
    const value = settings[name]
    if (!(variables[name] as Variable).secret || typeof value !== 'string') continue
    if (!URL.canParse(value)) {
      found.push(value)
      continue
    }
    const { password } = new URL(value)
    // A password as plain as the name of its service ('postgres') would mask half of what is logged.
    if (password.length >= 10) found.push(password, decoded(password))
  }
  return found
}

/** Redacts a finished line once more, for texts that were inserted last; its own keys stay. */
function redactLine(finished: string): string {
  if (redactText(finished) === finished) return finished
  return `${JSON.stringify(redactMembers(JSON.parse(finished)))}\n`
}

/** Like `makeLog`, for lines that contain only usertwo's own words or the app's source: nothing is redacted. */
export function makeOwnLog(settings: Pick<Settings, 'LOG_LEVEL'>, destination = standardOutput): Logger {
  return pino(linesOf(settings), destination)
}

const written = { second: Number.NaN, text: '' }
/** Like pino's own; lines of the same second share its text. */
function isoTime(): string {
  const at = Date.now()
  const ms = at % 1_000
  if (at - ms !== written.second) {
    written.second = at - ms
    written.text = `,"time":"${new Date(at - ms).toISOString().slice(0, -'000Z'.length)}`
  }
  return `${written.text}${String(ms).padStart(3, '0')}Z"`
}

const linesOf = (settings: Pick<Settings, 'LOG_LEVEL'>) => ({
  level: settings.LOG_LEVEL,
  base: { name: 'usertwo' },
  timestamp: isoTime,
  formatters: {
    level: (level: string) => ({ level }),
    bindings: redactMembers,
  },
  ...(tracing() && { mixin: () => ({ ...tracing()?.ids() }) }),
})

/**
 * Makes usertwo's log: one JSON object per line, level by LOG_LEVEL. Values are redacted by key, and each
 * finished line once more by pattern and value.
 *
 * @param destination default: standard output
 * @example makeLog(settings).info({ requestId }, 'answered')
 */
export function makeLog(
  settings: Pick<Settings, 'LOG_LEVEL'> & Partial<Settings>,
  destination: DestinationStream = standardOutput,
): Logger {
  secretsInFlight.keep(ownSecrets(settings as Settings))
  return pino(
    {
      ...linesOf(settings),
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(given, write) {
          const safe = given.map((one: unknown, at) =>
            one instanceof Error
              ? { err: redact(one), msg: printable(redactText(one.message)) }
              : at === 0 && typeof one === 'object' && one !== null
                ? redactMembers(one)
                : redact(one),
          )
          write.apply(this, safe as Parameters<typeof write>)
        },
      },
    },
    { write: (line) => destination.write(redactLine(line)) },
  )
}
