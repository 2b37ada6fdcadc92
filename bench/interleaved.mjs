// Compares variants on a machine that is never idle. All run at once, each in its own process. Every round
// runs each variant once, in random order. Only the ratio within a round counts.
import { fork } from 'node:child_process'
import { loadavg } from 'node:os'

/**
 * @param program a module whose process sends 'ready' once, then { wall, cpu }, in µs per piece of work, for
 * each message
 * @param variants the arguments of each variant's process, by name; the first is the baseline of the
 * comparison
 * @param options rounds, and `work`: pieces of work per round
 * @returns for each variant the µs per piece of work; `ratio`: its throughput divided by that of the first
 * variant, median over the rounds; `spread`: half of the interquartile range of the ratios. Each is given by
 * wall-clock time and, under `cpu`, by the processor time of the process and its backends, which other work
 * on the machine affects least.
 */
export async function interleaved(program, variants, { rounds, work }) {
  const names = Object.keys(variants)
  return await living(program, variants, async (children) => {
    const rows = await inRounds(names, rounds, (name) => {
      children[name].child.send({ work })
      return answer(children[name].child)
    })
    return names.map((name) => ({
      name,
      ...comparison(rows, names[0], name, 'wall'),
      cpu: comparison(rows, names[0], name, 'cpu'),
    }))
  })
}

/**
 * Starts a process for each variant, one after the other, and ends them after `use`.
 * @param use called with each `child` and the message it `said` when it was ready, by name
 * @param options `execArgv`: options of Node; `execPath`: another Node to run
 */
export async function living(
  program,
  variants,
  use,
  { execArgv = process.execArgv, execPath = process.execPath } = {},
) {
  const children = {}
  try {
    for (const [name, args] of Object.entries(variants)) {
      const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv, execPath })
      children[name] = { child }
      children[name].said = await answer(child)
    }
    return await use(children)
  } finally {
    for (const { child } of Object.values(children)) if (child.connected) child.disconnect()
  }
}

/** @returns the result of each variant's turn, by name, for each round after the first `warming` ones */
export async function inRounds(names, rounds, turn, warming = 1) {
  const rows = []
  for (let round = -warming; round < rounds; round++) {
    const row = {}
    for (const name of shuffled(names)) row[name] = await turn(name)
    if (round >= 0) rows.push(row)
  }
  return rows
}

/**
 * Returns a variant's µs by 'wall' or 'cpu', and its throughput relative to `first`: median and spread of the
 * rounds.
 */
export function comparison(rows, first, name, by) {
  const ratios = sorted(rows.map((row) => row[first][by] / row[name][by]))
  const at = (part) => ratios[Math.round((ratios.length - 1) * part)]
  return {
    us: rounded(sorted(rows.map((row) => row[name][by]))[rows.length >> 1], 1),
    ratio: rounded(at(0.5), 3),
    spread: rounded((at(0.75) - at(0.25)) / 2, 3),
  }
}

/** Prints the results as a table, or as one JSON document. */
export function print(variants, { json, title }) {
  const load = rounded(loadavg()[0], 1)
  if (json) return console.log(JSON.stringify({ load, variants }, null, 2))
  const width = Math.max(...variants.map(({ name }) => name.length))
  const cells = ({ us, ratio, spread }) =>
    `${us.toFixed(0).padStart(6)} µs  ${ratio.toFixed(2)} ± ${spread.toFixed(2)}`
  console.log(`${title}; load ${load}`)
  console.log(`${' '.repeat(width)}  ${'by the clock'.padEnd(24)}  by processor time`)
  for (const variant of variants)
    console.log(`${variant.name.padEnd(width)}  ${cells(variant).padEnd(24)}  ${cells(variant.cpu)}`)
}

function answer(child) {
  return new Promise((resolve, reject) => {
    const received = (message) => {
      child.off('exit', gone)
      resolve(message)
    }
    const gone = (code) => {
      child.off('message', received)
      reject(new Error(`${child.spawnargs[2]} ended with ${code}`))
    }
    child.once('message', received).once('exit', gone)
  })
}

export function shuffled(names) {
  return names
    .map((name) => [Math.random(), name])
    .sort(([a], [b]) => a - b)
    .map(([, name]) => name)
}

export const sorted = (numbers) => [...numbers].sort((a, b) => a - b)
const rounded = (number, digits) => Number(number.toFixed(digits))
