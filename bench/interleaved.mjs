// Variants measured against each other on a machine that is never quiet: all live at once, each in a process of its
// own, and every round plays each of them once in random order. What counts is the ratio within a round.
import { fork } from 'node:child_process'
import { loadavg } from 'node:os'

/**
 * @param program a module whose process says 'ready' once, then { wall, cpu } in µs a piece of work for each message
 * @param variants name → arguments of its process; the first is the baseline of the comparison
 * @param options rounds, and `work`: pieces of work a round
 * @returns for each variant µs a piece of work, `ratio`: throughput to the first variant's, median over rounds, and
 * `spread`: half of the range of the middle half of the rounds. Each is given by the clock, and under `cpu`
 * by the processor time of the process and what works for it, which other work on the machine changes least.
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
 * Starts a process for each variant, one after the other, and ends them when the use of them is over.
 * @param use is given, by name, each `child` and what it `said` when it was ready
 * @param options `execArgv`: of Node; `execPath`: another Node than this one
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

/** @returns for each round, but the `warming` first, what each turn gave, by name */
export async function inRounds(names, rounds, turn, warming = 1) {
  const rows = []
  for (let round = -warming; round < rounds; round++) {
    const row = {}
    for (const name of shuffled(names)) row[name] = await turn(name)
    if (round >= 0) rows.push(row)
  }
  return rows
}

/** One variant's µs by 'wall' or 'cpu', and throughput to `first` round by round: median and spread. */
export function comparison(rows, first, name, by) {
  const ratios = sorted(rows.map((row) => row[first][by] / row[name][by]))
  const at = (part) => ratios[Math.round((ratios.length - 1) * part)]
  return {
    us: rounded(sorted(rows.map((row) => row[name][by]))[rows.length >> 1], 1),
    ratio: rounded(at(0.5), 3),
    spread: rounded((at(0.75) - at(0.25)) / 2, 3),
  }
}

/** The table on a terminal, or one document. */
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
    const told = (message) => {
      child.off('exit', gone)
      resolve(message)
    }
    const gone = (code) => {
      child.off('message', told)
      reject(new Error(`${child.spawnargs[2]} ended with ${code}`))
    }
    child.once('message', told).once('exit', gone)
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
