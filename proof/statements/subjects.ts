import { copiedQuery, isCopy } from '../../reading/flow/known/sql.js'
import type { SourceStatement } from '../../reading/schema/statements-in-source.js'
import type { SentStatement, StatementTrials, TrialOutcome } from './attempts.js'
import { fillings, hasHoles, shapeOf } from './fillings.js'
import type { AppFunction } from './functions.js'
import { type Body, bodyOf } from './plpgsql.js'
import type { Samples } from './samples.js'

/** A statement of the recording, with the route that sent it. */
export interface RecordedStatement extends SentStatement {
  route: string
}

/** The statements that the app sends, from its recording and its code. */
export interface AppStatements {
  recorded: readonly RecordedStatement[]
  sources: readonly SourceStatement[]
}

/** One way to try one statement. */
export interface TrialSubject {
  /** file:line, the route that sent it, or the function with its line */
  at: string
  text: string
  /** tried as a request too; what was recorded without usertwo is sent to the new schema by a replay */
  inRequests: boolean
  /** the function that it is a part of */
  of?: AppFunction
  /** variables there that are a row of a table, with its name */
  rows?: ReadonlyMap<string, string>
  /** the table whose rows it knows as `new` and `old`: `"public"."notes"` */
  rowsOf?: string
  /** @param asSent what the connection layer makes of a text */
  attempt(attempts: StatementTrials, asSent: (text: string) => string): Promise<TrialOutcome>
  /** tries another text in its place, without usertwo; absent: only as a whole */
  instead?(attempts: StatementTrials, text: string): Promise<TrialOutcome>
}

/** A statement that no way could try. */
export interface Untried {
  at: string
  text: string
  why: string
}

export interface TrialSubjects {
  subjects: TrialSubject[]
  untried: Untried[]
  /** where the code has statements that the old schema refuses too */
  refused: string[]
}

/**
 * Chooses, on the old schema, the form in which each statement of the code is tried: as the recording sent it, otherwise
 * the first one that can be planned.
 */
export async function statementSubjects(
  attempts: StatementTrials,
  { recorded, sources }: AppStatements,
  samples: Samples,
): Promise<TrialSubjects> {
  const found: TrialSubjects = { subjects: [], untried: [], refused: [] }
  const sent = new Map(recorded.map(({ text, route }) => [text, route]))
  const ofCode = new Map<string, string>()
  for (const { text: whole, at } of sources) {
    const text = copiedQuery(whole) ?? whole
    // No way can try it: its syntax says what changes.
    if (isCopy(text)) continue
    const shape = shapeOf(text)
    const recordedAs = [...sent.keys()].filter((one) => shape.test(one))
    for (const one of recordedAs) if (!ofCode.has(one)) ofCode.set(one, at)
    const chosen = await firstPlanned(attempts, [...recordedAs, ...fillings(text)])
    if (chosen !== null) found.subjects.push(...subjectsOf(chosen, at, samples))
    else if (hasHoles(text))
      found.untried.push({ at, text, why: 'the code puts it together; record a request that sends it' })
    else found.refused.push(at)
  }
  for (const [text, route] of sent)
    if (!ofCode.has(text))
      found.subjects.push({
        at: `sent by ${route}`,
        text,
        inRequests: false,
        attempt: (one) => one.plan(text),
        instead: (one, other) => one.plan(other),
      })
  return found
}

/** Returns where a recorded statement is written; the route that sent it if the code does not show it. */
export function whereWritten(
  { text, route }: RecordedStatement,
  sources: readonly SourceStatement[],
): string {
  return sources.find((one) => shapeOf(one.text).test(text))?.at ?? `sent by ${route}`
}

async function firstPlanned(attempts: StatementTrials, texts: Iterable<string>): Promise<string | null> {
  for (const text of texts) if ((await attempts.plan(text)) === null) return text
  return null
}

function subjectsOf(text: string, at: string, samples: Samples): TrialSubject[] {
  const given = { at, text, inRequests: true }
  return [
    {
      ...given,
      attempt: (attempts, asSent) => attempts.plan(asSent(text)),
      instead: (attempts, other) => attempts.plan(other),
    },
    {
      ...given,
      attempt: (attempts, asSent) => attempts.sample(asSent(text), samples),
      instead: (attempts, other) => attempts.sample(other, samples),
    },
  ]
}

/**
 * Takes the app's functions apart.
 *
 * @param called the functions that the recording has called: what they put together was tried with it
 */
export async function functionSubjects(
  functions: readonly AppFunction[],
  samples: Samples,
  called: ReadonlySet<string>,
): Promise<TrialSubjects> {
  const found: TrialSubjects = { subjects: [], untried: [], refused: [] }
  for (const one of functions) {
    const at = `function ${one.name}`
    const untried = (text: string, why: string, line = '') => {
      if (!called.has(one.name)) found.untried.push({ at: at + line, text, why })
    }
    if (one.language === 'sql') {
      found.subjects.push({
        ...{ at, text: one.body, inRequests: true, of: one },
        attempt: (attempts) => attempts.make(one),
        instead: (attempts, text) =>
          attempts.make({ ...one, definition: one.definition.replace(one.body, () => text) }),
      })
    } else if (one.language !== 'plpgsql')
      untried(one.body, `it is written in ${one.language}; record a request that calls it`)
    else
      for (const table of one.result === 'trigger' ? one.tables : [undefined]) {
        const body = await bodyOf(one, samples, table).catch((error: Error) => error)
        if (body instanceof Error) untried(one.body, `its body cannot be parsed: ${body.message}`)
        else takeBody(one, body, table, found, untried)
      }
  }
  return found
}

function takeBody(
  from: AppFunction,
  { probes, dynamic, rows }: Body,
  table: string | undefined,
  { subjects }: TrialSubjects,
  untried: (text: string, why: string, line: string) => void,
): void {
  const why = 'it runs a text that it puts together; record a request that calls it'
  for (const line of dynamic) untried(from.body.split('\n')[line - 1] ?? '', why, `, line ${line}`)
  for (const probe of probes)
    subjects.push({
      at: `function ${from.name}, line ${probe.line}`,
      text: probe.text,
      inRequests: true,
      of: from,
      rows,
      ...(table && { rowsOf: table }),
      attempt: (attempts) => attempts.probe(probe, from),
      instead: (attempts, text) =>
        attempts.probe({ ...probe, create: probe.create.replace(probe.text, () => text) }, from),
    })
}
