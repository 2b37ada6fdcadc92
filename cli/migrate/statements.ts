import { usersStatements } from '../../proof/checks/3-schema/statements.js'
import { statementsCheck } from '../../proof/checks/6-isolation/statements/statements.js'
import type { Evidence } from '../../proof/gate/check.js'
import type { Project } from '../../proof/gate/project.js'
import { holdsOn } from '../../proof/gate/run/verdict.js'
import { evidenceOf, evidenceOfChange, shortened } from '../../proof/statements/found.js'
import type { NewSchemaFinding } from '../../proof/statements/new-schema.js'
import { redactText } from '../../src/redaction/redact-text.js'
import { type Deployed, takeOver } from './deployed.js'
import { tryStatements } from './try-statements.js'

/** The statements of the app on the schema to come, each in one line with its place and its fix. */
export interface PlannedStatements {
  /** how many were tried */
  tried: number
  /** those that fail after `migrate up` */
  broken: string[]
  /** those that do something else after `migrate up` */
  changed: string[]
  /** those whose rows show the owner column */
  shown: string[]
  /** those that fail after `migrate up --contract` if the app runs without usertwo */
  lost: string[]
  /** what writes the fixes: `usertwo fix columns`; empty if nothing can be written */
  fixes: string[]
  /** those that could not be tried */
  untried: string[]
  /** whether each that breaks or changes has a waiver of the check */
  isWaived: boolean
}

/** The last phase that adds columns to tables of the app. */
const ISOLATION = 6

const NOTHING_KNOWN = {
  tried: 0,
  broken: [],
  changed: [],
  shown: [],
  lost: [],
  fixes: [],
  isWaived: true,
}

/**
 * Tries the statements of the app on copies of its database that are thrown away, as the check of phase 6 does: those of the
 * sources and of the functions, and what the app sends for the recording, if one is stored. The copies are made by the
 * app's own migrations and seed; functions and triggers that only the deployed database has are taken over.
 *
 * @param to the phase that is planned
 * @param deployed reads what the deployed database has, and changes nothing
 */
export async function planStatements(
  project: Project,
  to: number,
  deployed: () => Promise<Deployed>,
): Promise<PlannedStatements> {
  const { app } = project.config
  if (!app.migrate && !app.seed)
    return notTried('the configuration has no app.migrate, by which a copy of the schema is made')
  try {
    const made = await deployed()
    const unlike: string[] = []
    const adjust = async (adminUrl: string) => void unlike.push(...(await takeOver(made, adminUrl)))
    const finding = await tryStatements(project, { adjust }, Math.min(to, ISOLATION))
    return plannedOf(finding, unlike, project, to)
  } catch (error) {
    return notTried(redactText((error as Error).message))
  }
}

const notTried = (why: string): PlannedStatements => ({
  ...NOTHING_KNOWN,
  untried: [`every statement of the app: ${why}`],
})

function plannedOf(
  { tried, broken, changed, lost, functions, around, untried, refused }: NewSchemaFinding,
  unlike: readonly string[],
  { config }: Project,
  to: number,
): PlannedStatements {
  const fails = broken.map(evidenceOf)
  const changes = changed.filter(({ isShown }) => !isShown).map(evidenceOfChange)
  const check = to < ISOLATION ? usersStatements : statementsCheck
  const today = holdsOn(new Date().toISOString().slice(0, 10))
  const waivers = config.waivers.filter((one) => one.check === check.id && today(one))
  const isWaived = ({ part }: Evidence) =>
    waivers.some(({ parts }) => !parts || (part !== undefined && parts.includes(part)))
  return {
    tried,
    broken: fails.map(({ what }) => what),
    changed: changes.map(({ what }) => what),
    shown: changed.filter(({ isShown }) => isShown).map((one) => evidenceOfChange(one).what),
    lost: lost.map((one) => evidenceOf(one).what),
    fixes: [
      ...([...broken, ...changed].some(({ at, write }) => write !== null && !at.startsWith('function '))
        ? ['usertwo fix columns']
        : []),
      ...(functions.length + around.length > 0 ? ['usertwo fix functions'] : []),
    ],
    untried: [
      ...untried.map(({ at, text, why }) => [at, why, shortened(text)].filter(Boolean).join(': ')),
      ...refused.map((at) => `${at}: the schema as it is refuses it too`),
      ...unlike,
    ],
    isWaived: [...fails, ...changes].every(isWaived),
  }
}

/** The same for people. */
export function statementLines({
  tried,
  broken,
  changed,
  shown,
  lost,
  fixes,
  untried,
}: PlannedStatements): string[] {
  const group = (title: string, lines: readonly string[]) => (lines.length ? [title, ...lines, ''] : [])
  return [
    ...group('statements that fail on the schema to come:', broken),
    ...group('statements that do something else on the schema to come:', changed),
    ...group('statements whose rows show the owner column:', shown),
    ...group('statements that fail without usertwo after `migrate up --contract`:', lost),
    ...fixes.map((one) => `${one} prints what to write, and writes it with --write`),
    ...untried.map((one) => `not tried: ${one}`),
    `${tried} statements were tried on the schema to come: ${broken.length} fail, ${changed.length} do something else; ${untried.length} not tried`,
  ]
}
