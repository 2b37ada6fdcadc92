import type { Config } from '../../src/config/config.js'
import { refuseDemoLogin } from '../../src/config/demo-login.js'
import { parseSettings, variableOf } from '../../src/config/settings.js'
import type { VariableName } from '../../src/config/variables.js'
import { ConfigError } from '../../src/core/config-error.js'

type Environment = Record<string, string | undefined>

/** One raise of the dial or of a flag: it is made in development, then in staging, then in production, before the next. */
export interface RolloutStep {
  name: string
  about: string
  /** what raises it; a dial that is higher has it too */
  set: Partial<Record<VariableName, string>>
  /** what has to be GO first */
  gate: string
  /** what takes it back, and what that means */
  backout: string
}

/**
 * The order. `ownership` includes the pages of phase 5, because phase 6 needs phase 5; the other settings of
 * pages are `web`.
 */
export const STEPS: readonly RolloutStep[] = [
  {
    name: 'schema',
    about: 'usertwo’s own tables; no login is needed',
    set: { USERTWO_PHASE: '3' },
    gate: 'usertwo migrate up --to 3, usertwo gate --through 3',
    backout: 'USERTWO_PHASE=2: the tables stay, and are not used',
  },
  {
    name: 'login',
    about: 'the owner claims, confirms an address and logs in; a demo login of the app’s is gone',
    set: { USERTWO_PHASE: '4' },
    gate: 'usertwo gate 4',
    backout:
      'USERTWO_PHASE=3: no user is identified any more; accounts and logins stay stored: usertwo backout 3',
  },
  {
    name: 'rotation',
    about: 'a login is a short access token and a refresh token that is another at each use',
    set: { TOKEN_STYLE: 'refresh' },
    gate: 'TOKEN_STYLE=refresh usertwo gate 4',
    backout:
      'TOKEN_STYLE=bearer: refresh tokens are not taken any more (404), an access token lives out its minutes, and who has nothing else logs in again; login cookies of pages and logins from before the step go on',
  },
  {
    name: 'ownership',
    about: 'each has rows of their own, and the pages of the login; others may register',
    set: { USERTWO_PHASE: '6' },
    gate: 'usertwo migrate up --to 6, usertwo gate --through 6 --record',
    backout:
      'USERTWO_PHASE=4: the others are answered 503, and their rows wait: usertwo backout 4; to 5 the same, with guarded pages',
  },
  {
    name: 'web',
    about: 'retired pages are gone, and pages refresh by themselves: client.js or auth.badge',
    set: { USERTWO_PHASE: '8' },
    gate: 'usertwo gate --through 8 --record',
    backout: 'USERTWO_PHASE=6: retired pages answer again: usertwo backout 6',
  },
  {
    name: 'cookie',
    about: 'the refresh token is in a cookie that no script reads',
    set: { AUTH_COOKIE_REFRESH: 'true' },
    gate: 'AUTH_COOKIE_REFRESH=true usertwo gate --through 8 --record',
    backout:
      'AUTH_COOKIE_REFRESH=false: the cookies are cleared at the next call of the auth API, and who has nothing else logs in again',
  },
  {
    name: 'metrics',
    about: 'figures for Prometheus',
    set: { METRICS: 'true' },
    gate: 'METRICS=true usertwo gate 2',
    backout: 'METRICS=false: nothing is loaded, counted or answered any more',
  },
]

/** How far an app has come on that way, in a given environment. */
export interface Standing {
  raised: string[]
  /** steps before a raised one that are not raised, each with its variables */
  skipped: RolloutStep[]
  /** null: all are raised */
  next: RolloutStep | null
  /** the variables that the next step lacks in this environment, each with what is wrong */
  missing: string[]
}

/** The flags that only an app with refresh tokens raises in this order; for others each may be set at any time. */
const OF_REFRESH: readonly VariableName[] = ['TOKEN_STYLE', 'AUTH_COOKIE_REFRESH', 'METRICS']

/** The steps of an app: those of refresh tokens only if it has them, in its environment or in that of its gate. */
export function stepsOf(
  { app, prefix }: Pick<Config, 'app' | 'prefix'>,
  environment: Environment,
): readonly RolloutStep[] {
  const says = (name: string, value: string) =>
    [environment, app.env].some((of) => variableOf(of, prefix, name)?.toLowerCase() === value)
  if (says('TOKEN_STYLE', 'refresh') || says('AUTH_COOKIE_REFRESH', 'true')) return STEPS
  return STEPS.filter(({ set }) => !OF_REFRESH.some((name) => name in set))
}

/** @param dial the current dial, or the one to be set */
export function standing(config: Config, environment: Environment, dial: number): Standing {
  const steps = stepsOf(config, environment)
  const isRaised = ({ set }: RolloutStep) =>
    Object.entries(set).every(([name, value]) =>
      name === 'USERTWO_PHASE'
        ? dial >= Number(value)
        : isSame(variableOf(environment, config.prefix, name), value),
    )
  const last = steps.findLastIndex(isRaised)
  const open = steps.filter((step) => !isRaised(step))
  const skipped = open.filter((step) => steps.indexOf(step) < last)
  const next = open[0] ?? null
  return {
    raised: steps.filter(isRaised).map(({ name }) => name),
    skipped,
    next,
    missing: next ? missingFor(next, config, environment) : [],
  }
}

const isSame = (given: string | undefined, value: string) =>
  given?.toLowerCase() === value || (value === 'true' && /^(?:1|on)$/i.test(given ?? ''))

/** What a start with the step would refuse. */
function missingFor({ set }: RolloutStep, config: Config, environment: Environment): string[] {
  const plain = Object.keys(set).map((name) => [`${config.prefix ?? ''}${name}`, undefined])
  try {
    const settings = parseSettings({ ...environment, ...Object.fromEntries(plain), ...set }, config.prefix)
    refuseDemoLogin(config, settings)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems]
    throw error
  }
}

/** The variable that raises the dial to a step, as a line of an environment file. */
export const settingOf = ({ set }: RolloutStep): string =>
  Object.entries(set)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

/** Of each step that was left out, in words; the last one raised is named with it. */
export function skippedLines({ raised, skipped }: Standing): string[] {
  return skipped.map(
    (step) =>
      `${step.name} was skipped: ${raised.at(-1)} is raised and it is not; set ${settingOf(step)} first, or take ${raised.at(-1)} back`,
  )
}

/** For the terminal, under the name of each line. */
export function standingLines(now: Standing, environment: string): string[] {
  const { raised, next, missing } = now
  const lines = [
    `steps       ${raised.join(' → ') || 'none raised'}${next ? `; next: ${next.name}` : '; all raised'}`,
    ...skippedLines(now).map((one) => `            ${one}`),
  ]
  if (!next) return lines
  return [
    ...lines,
    `            ${next.name}: ${next.about}; by ${settingOf(next)}`,
    `            its gate: ${next.gate}`,
    `            its back-out: ${next.backout}`,
    `            in ${environment}: ${missing.length ? `it lacks ${missing.join('; ')}` : 'nothing is missing'}; development comes first, then staging, then production`,
  ]
}
