import fc from 'fast-check'
import { type CompareOptions, type Comparison, compareRead, compareWrite, unchanged } from './compare.js'
import type { FuzzDatabases } from './databases.js'
import { openParties, type PartyOptions } from './parties.js'
import { FUZZ_USERS, OWNER_ID } from './schema.js'
import { at, pick, sometimes, weighted } from './side.js'
import { reads } from './statements/reads.js'
import { LAYERS, type WriteLayer } from './statements/write.js'
import { writes } from './statements/writes.js'

export interface FuzzOptions extends PartyOptions {
  databases: FuzzDatabases
  reads: number
  writes: number
  seed: number
  /** The path of a difference found before, with its seed: only that case runs. */
  path?: string
  /** The layers to compare; default: each alone. */
  layers?: readonly WriteLayer[]
  /** Stops at the first difference without shrinking it; default: false. */
  first?: boolean
}

export interface FuzzOutcome {
  /** The number of cases. */
  compared: number
  /** Cases that differ behind one layer or both; each lane stops at its first. */
  differ: number
  byLayer: Record<WriteLayer, number>
  /** Each difference with its smallest case and the command to run it again. */
  differences: string[]
  /** Results of the single-user database that are not empty. */
  nonEmpty: number
  /** Cases that the single-user database refused. */
  refused: number
}

/** The number of cases that run at the same time. */
const LANES = { reads: 6, writes: 3 }
/** The distance between the seeds of two lanes. */
const LANE = 1_000_003

const ways = weighted<CompareOptions>(
  [7, 'awaited'],
  [1, 'in a transaction'],
  [1, 'as a stream'],
  [1, 'by old code'],
)
const anyUser = fc.constantFrom(...FUZZ_USERS)
const readCases = fc.tuple(anyUser, ways, reads)
const writeCases = fc.tuple(anyUser, pick, sometimes(25), writes)

/**
 * Sends random queries of three users, each behind the query layer alone and behind the policies alone, and
 * compares them with the same queries on a database that holds only that user's rows. Several users run at
 * once on a pool of two.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const outcome: FuzzOutcome = {
    compared: 0,
    differ: 0,
    byLayer: { 'query layer': 0, policies: 0 },
    differences: [],
    nonEmpty: 0,
    refused: 0,
  }
  const parties = await openParties(options.databases, options)
  parties.layers = parties.layers.filter(({ layer }) => (options.layers ?? LAYERS).includes(layer!))
  const turns = new Map<number, Promise<unknown>>()
  /** Two writes of one user would wait for each other's rows, and could deadlock. */
  const inTurn = (user: number, work: () => Promise<Comparison>) => {
    const turn = (turns.get(user) ?? Promise.resolve()).then(work)
    turns.set(
      user,
      turn.catch(() => {}),
    )
    return turn
  }
  try {
    await lanes('reads', options, outcome, readCases, ([user, how, read]) =>
      compareRead(parties, user, how, read),
    )
    await lanes('writes', options, outcome, writeCases, ([user, other, nested, make]) =>
      inTurn(user, () => compareWrite(parties, { user, other: otherThan(user, other) }, nested, make)),
    )
    if (!(await unchanged(parties))) outcome.differences.push('a write that was rolled back has left changes')
    return outcome
  } finally {
    await parties.close()
  }
}

function otherThan(user: number, picked: number): number {
  return at(
    FUZZ_USERS.filter((one) => one !== user && one !== OWNER_ID),
    picked,
  )
}

async function lanes<Case>(
  what: 'reads' | 'writes',
  options: FuzzOptions,
  outcome: FuzzOutcome,
  cases: fc.Arbitrary<Case>,
  compare: (one: Case) => Promise<Comparison>,
): Promise<void> {
  const { seed, path, first = false } = options
  const count = path === undefined ? LANES[what] : 1
  await Promise.all(
    Array.from({ length: count }, (_, lane) => {
      const numRuns = Math.floor((options[what] + lane) / count)
      return numRuns > 0 ? runLane({ seed: seed + lane * LANE, path, numRuns, endOnFailure: first }) : null
    }),
  )

  async function runLane(parameters: {
    seed: number
    path?: string
    numRuns: number
    endOnFailure: boolean
  }) {
    let last: Comparison['differences'] = []
    const property = fc.asyncProperty(cases, async (one) => {
      if (first && outcome.differ > 0) return true
      const comparison = await compare(one)
      // The cases after the first difference are smaller versions of it.
      if (last.length === 0) counters(outcome, comparison)
      if (comparison.differences.length > 0) last = comparison.differences
      return comparison.differences.length === 0
    })
    const { failed, counterexamplePath, errorInstance } = await fc.check(property, parameters)
    if (!failed) return
    // The comparison itself failed, so the case neither differs nor agrees.
    if (last.length === 0) throw errorInstance
    const again = `npm run fuzz -- --${what} 1 --${what === 'reads' ? 'writes' : 'reads'} 0 --seed ${parameters.seed} --path ${counterexamplePath}`
    for (const { layer, what: difference } of last) {
      outcome.differences.push(`${layer} alone: ${difference}\n  again: ${again}`)
    }
  }
}

function counters(outcome: FuzzOutcome, { differences, empty, failed }: Comparison): void {
  outcome.compared++
  if (differences.length > 0) outcome.differ++
  for (const layer of new Set(differences.map((one) => one.layer))) outcome.byLayer[layer]++
  if (failed) outcome.refused++
  else if (!empty) outcome.nonEmpty++
}

/** Returns the last lines of a run. */
export function summary({ compared, differ, byLayer }: FuzzOutcome): string[] {
  return [
    ...LAYERS.map((layer) => `${layer} alone: ${compared} compared, ${byLayer[layer]} differ`),
    `${compared} compared, ${differ} differ`,
  ]
}
