import { isOwned } from '../../core/config.js'
import { quotedTable } from '../../database/quoted.js'
import type { Evidence } from '../gate/check.js'
import type { AppOptions, Gate, Member, Target } from '../gate/gate.js'
import type { Answer } from '../gate/http.js'
import type { Ranges } from '../gate/ranges.js'
import { newMarks, plantCanaries, remark, storedLeaks } from './canary.js'
import { mirror, mirrorPerson } from './mirror.js'
import { type Terms, termsOf } from './own-day.js'
import type { Secrets } from './revealed.js'
import { type AttackedTable, crossings, keysOf, ownedTables, secretKeys, sharedKeys } from './rows.js'
import { openTwins, pairOf, type Twins } from './twins.js'

/** Two people with the same data, each with marks of their own in it, and the app between them. */
export interface World {
  gate: Gate
  /** how the app was started */
  app: AppOptions
  target: Target
  owner: Member
  other: Member
  ranges: Ranges
  tables: AttackedTable[]
  /** whether the second person has a copy of the owner's rows */
  mirrored: boolean
  /** a layer is off on purpose: refusals are no difference then */
  weakened: boolean
  terms: Terms
  twins: Twins
  notes: string[]
  /** marks what was written since */
  plant(): Promise<void>
  /** takes in what both were answered to the same request: rows made since get any keys, where they are no numbers */
  learn(own: Answer, control: Answer): Promise<void>
  /** what must not show in answers to anybody else, with these keys of the person's */
  secretsIn(keys: ReadonlyMap<string, string>, person: Member): Secrets
  /** …with the keys the database has now */
  secretsOf(person: Member): Promise<Secrets>
  /** what is stored in the wrong hands */
  stored(): Promise<Evidence[]>
}

export async function openWorld(gate: Gate, how: AppOptions): Promise<World> {
  const { database, config } = gate
  const tables = await ownedTables(database, config)
  const marks = { owner: newMarks(tables), other: newMarks(tables) }
  // What an app reads at its start and keeps has marks too.
  await plantCanaries(database, tables, config.owner.id, marks.owner)
  const target = await gate.app(how)
  const { owner, other, ranges } = await gate.people(how)
  await database.sql(`update ${quotedTable(config.users.table)} set is_admin = true`)
  const copied = await mirror(database, tables, owner.id, other.id)
  const mirrored = copied !== null
  // The copies have the marks of their originals.
  await remark(database, tables, other.id, marks.owner, marks.other)
  await mirrorPerson(database, config.users, owner.id, other.id)
  const plant = async () => {
    await plantCanaries(database, tables, owner.id, marks.owner)
    await plantCanaries(database, tables, other.id, marks.other)
  }
  await plant()
  // A number that is also the key of a row everybody reads says nothing about whose it is.
  const shared = await sharedKeys(database, config)
  const ownerColumns = new Set(
    Object.values(config.tables).flatMap((table) => (isOwned(table) ? [table.owner] : [])),
  )
  const openOwners = new Set(tables.flatMap(({ readable, owner }) => (readable ? [owner] : [])))
  const twins = openTwins(copied ?? [], pairOf(config, owner, other))
  const counted = tables.every(({ isNumber }) => isNumber)
  const secretsIn = (keys: ReadonlyMap<string, string>, person: Member): Secrets => ({
    of: person,
    keys: new Map([...secretKeys(keys, tables)].filter(([key]) => !shared.has(key))),
    canaries: person === owner ? marks.owner : marks.other,
    ownerColumns,
    openOwners,
  })
  return {
    gate,
    app: how,
    target,
    owner,
    other,
    ranges,
    tables,
    mirrored,
    weakened: (how.replace?.length ?? 0) > 0,
    terms: await termsOf(database, config, { owner, other }, marks),
    twins,
    async learn(own, control) {
      if (counted || !mirrored) return
      const keys = async ({ id }: Member) => new Set((await keysOf(database, tables, id)).keys())
      twins.learn(own.body, control.body, { own: await keys(other), control: await keys(owner) })
    },
    notes: mirrored
      ? []
      : [
          'the second person has no copy of the owner’s rows: see which keys it can copy in docs/isolation.md',
        ],
    plant,
    secretsIn,
    secretsOf: async (person) => secretsIn(await keysOf(database, tables, person.id), person),
    async stored() {
      const found: Evidence[] = (await crossings(database, tables)).map((what) => ({ what }))
      for (const [of, by] of [
        [marks.owner, other],
        [marks.other, owner],
      ] as const)
        for (const { table, column } of await storedLeaks(database, tables, by.id, of))
          found.push({ what: `${column} of somebody else stands in a row of the ${by.name}`, table })
      return found
    },
  }
}
