// npm run changes -- [--app journal] [--only column,table] [--folder FOLDER] [--first 1]: makes ten everyday changes in a throw-away copy of an example
// at dial 8, each on a branch of its own, and says what each asks of its owner: what the gate says, lines of configuration, seconds, and
// whether registration stays open. Without --app both examples; FOLDER keeps the copies and the table, and a second run goes on from them.
// With --first N the gate before the owner's additions runs phases up to N.
// Exits 0 if each change reaches GO, 1 if one does not, 2 if a copy does not reach GO before the changes, 64 for wrong arguments.
import { parseArgs } from 'node:util'
import { comicPile } from './changes/comic-pile.mjs'
import { edit } from './changes/edits.mjs'
import { gateChanged, linesOf } from './changes/gate.mjs'
import { journal } from './changes/journal.mjs'
import { ownersFolder } from './changes/owner.mjs'
import { install } from './changes/packages.mjs'
import { openProduction } from './changes/production.mjs'
import { rowOf, tableOf, withKept } from './changes/table.mjs'
import { refuse } from './prepare/arguments.mjs'
import { useRamdisk } from './prepare/ramdisk.mjs'
import { prepare } from './prepare.mjs'

const APPS = { 'comic-pile': comicPile, journal }
const CONFIG = 'usertwo.config.js'
const given = argumentsOf()
prepare()
useRamdisk()
const { endAtSignals } = await import('../dist/cli/interrupt.js')
endAtSignals()

const results = []
for (const app of given.apps) await changesOf(app)
console.log(`\n${tableOf(withKept(given.folder, results))}`)
process.exitCode ??= results.every(({ second }) => second.go) ? 0 : 1

async function changesOf(app) {
  const { changes, packages } = APPS[app]
  const chosen = changes.filter(({ name }) => !given.only || given.only.includes(name))
  const owner = await ownersFolder(app, packages, given.folder)
  try {
    await owner.reset()
    console.log(`${app}: the app before its changes`)
    // The recording of an example is of the packages of this repository.
    if (owner.isNew && Object.keys(packages).length > 0) await owner.usertwo('baseline', 'record')
    const base = await gateChanged(owner, '--record')
    print(linesOf(base))
    if (!base.go) {
      process.exitCode = 2
      return
    }
    await owner.commit('Record the GO')
    owner.keepGates()
    const production = await openProduction(owner)
    try {
      print([`registration: ${inWords(await production.look())}`])
      for (const change of chosen) {
        results.push(await played(app, owner, production, change))
        withKept(given.folder, results)
      }
    } finally {
      await production.close()
    }
  } finally {
    owner.remove()
  }
}

/** Makes one change on its branch: first the code alone, then what the documentation says its owner adds. */
async function played(app, owner, production, { name, about, code, install: wanted = {}, owner: adds }) {
  console.log(`\n${app}, ${name}: ${about}`)
  await owner.branch(name)
  const uninstall = install(owner.folder, wanted)
  try {
    edit(owner.folder, code)
    await owner.commit(about)
    const before = await production.look()
    print([`registration with the old record: ${inWords(before)}`])
    const first = await gateChanged(owner, ...(given.first ? ['--through', given.first] : []))
    print(linesOf(first))
    const failed = adds ? await added(owner, adds) : null
    const between = adds ? await production.look() : before
    const second = failed ?? (await gateChanged(owner, '--record'))
    // What needs nothing of its owner has waited for the first gate as well.
    if (!adds && first.go) {
      second.seconds += first.seconds
      second.skipped = second.skipped.filter((phase) => !first.ran.includes(phase))
      second.ran = [...first.ran, ...second.ran]
    }
    const after = await production.look()
    const lines = {
      config: await owner.linesOf(CONFIG),
      other: await owner.linesOf('usertwo/*.mjs', 'usertwo/*.sql', ...(adds?.files ?? [])),
    }
    await owner.commit('What usertwo asks for')
    print([
      `${lines.config} lines of configuration, ${lines.other} of seed, recording and pages`,
      ...linesOf(second),
    ])
    print([`registration before the record: ${inWords(between)}; with it: ${inWords(after)}`])
    return rowOf({ app, about, first, second, lines, before: between, after })
  } finally {
    uninstall()
  }
}

/** Adds what an owner adds. @returns in place of a verdict, what a command of usertwo ended with; null if all succeeded */
async function added(owner, { edits, run }) {
  edit(owner.folder, edits)
  for (const command of run) {
    const { code, stdout, stderr } = await owner.usertwo(...command)
    if (code === 0) continue
    const fix = (stderr || stdout).trim().split('\n').slice(-3).join(' ')
    return {
      go: false,
      seconds: 0,
      ran: [],
      skipped: [],
      red: [{ id: `usertwo ${command.join(' ')}`, verdict: `ended with ${code}`, what: [], fix }],
    }
  }
  return null
}

function print(lines) {
  for (const line of lines) console.log(`  ${line}`)
}

function inWords({ state, why }) {
  return why ? `${state} (${why})` : state
}

function argumentsOf() {
  try {
    const options = Object.fromEntries(
      ['app', 'only', 'folder', 'first'].map((name) => [name, { type: 'string' }]),
    )
    const { values } = parseArgs({ options })
    const { app, only, folder, first } = values
    const names = Object.keys(APPS)
    if (app && !names.includes(app)) refuse(`--app ${app}: expected ${names.join(' or ')}`)
    if (first !== undefined && !/^[1-8]$/.test(first))
      refuse(`--first ${first}: expected a phase from 1 to 8`)
    return { apps: app ? [app] : names, only: only?.split(','), folder, first }
  } catch ({ message }) {
    return refuse(message)
  }
}
