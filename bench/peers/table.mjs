// Formats the measurements as one document, as a table on a terminal, and as a chart.
const SAID = { noDatabase: 'no database', list: 'list of 20', write: 'insert of one' }
const NUMBER = (number) => number.toFixed(2)

/** @param compared the results of `comparison` by 'wall' and by 'cpu', and `latency` in ms, for each part */
export function resultOf({ name, to }, compared) {
  const parts = Object.keys(compared)
  const of = (pick) => Object.fromEntries(parts.map((part) => [part, pick(compared[part])]))
  return {
    name,
    to,
    ...of(({ wall }) => wall.ratio),
    cpu: of(({ cpu }) => cpu.ratio),
    spread: of(({ wall }) => wall.spread),
    us: of(({ wall, cpu }) => ({ clock: wall.us, cpu: cpu.us })),
    ms: of(({ latency }) => latency),
  }
}

export const partsOf = ([{ cpu }]) => Object.keys(cpu)

/**
 * Returns one line per variant: throughput relative to the bare app by wall-clock time, ± the spread, by
 * processor time, and µs of processor time per request.
 */
export function table(variants) {
  const parts = partsOf(variants)
  const width = Math.max(...variants.map(({ name }) => name.length))
  const cell = (variant, part) => {
    const [ratio, spread] = [NUMBER(variant[part]), NUMBER(variant.spread[part])]
    const cpu = NUMBER(variant.cpu[part])
    return `${ratio} ± ${spread}  ${cpu} ${variant.us[part].cpu.toFixed(0).padStart(5)} µs`
  }
  const [example] = parts.map((part) => cell(variants[0], part).length)
  return [
    `${' '.repeat(width)}  ${parts.map((part) => SAID[part].padEnd(example)).join('   ')}`.trimEnd(),
    `${' '.repeat(width)}  ${parts.map(() => 'clock        processor'.padEnd(example)).join('   ')}`.trimEnd(),
    ...variants.map(
      (variant) =>
        `${variant.name.padEnd(width)}  ${parts.map((part) => cell(variant, part).padEnd(example)).join('   ')}`,
    ),
  ].join('\n')
}

/** Returns one line per variant: what half of the requests took at most, and 99 of a hundred. */
export function latencies(variants) {
  const parts = partsOf(variants)
  const width = Math.max(...variants.map(({ name }) => name.length))
  const cell = ({ p50, p99 }) => `${p50.toFixed(1).padStart(6)}  ${p99.toFixed(1).padStart(6)}`
  return [
    `${'ms of a request'.padEnd(width)}  ${parts.map((part) => SAID[part].padEnd(14)).join('   ')}`.trimEnd(),
    `${' '.repeat(width)}  ${parts.map(() => '   p50     p99').join('   ')}`,
    ...variants.map(
      ({ name, ms }) => `${name.padEnd(width)}  ${parts.map((part) => cell(ms[part])).join('   ')}`,
    ),
  ].join('\n')
}

const [LEFT, UNIT, STEP, BAR, GAP, TOP] = [230, 420, 0.25, 9, 8, 44]
const COLOURS = { noDatabase: '#4c78a8', list: '#f58518', write: '#54a24b' }
const text = (x, y, words, more = '') => `<text x="${x}" y="${y}"${more}>${words}</text>`

/** Returns the chart as SVG: bars of throughput by wall-clock time; 1 is the bare app. */
export function chart(variants) {
  const parts = partsOf(variants)
  const tall = parts.length * BAR + GAP
  const most = Math.max(1, ...variants.flatMap((variant) => parts.map((part) => variant[part])))
  const steps = Math.ceil(most / STEP)
  const [width, height] = [LEFT + UNIT * STEP * (steps + 0.5), TOP + variants.length * tall + GAP]
  const legend = parts.map((part, at) => {
    const x = LEFT + at * 120
    return `<rect x="${x}" y="8" width="${BAR}" height="${BAR}" fill="${COLOURS[part]}"/>${text(x + 14, 16, SAID[part])}`
  })
  const lines = Array.from({ length: steps + 1 }, (_, step) => step * STEP).map((share) => {
    const x = LEFT + share * UNIT
    return `<path d="M${x} ${TOP - 6}V${height - GAP}" stroke="#ccc"/>${text(x, TOP - 10, share, ' text-anchor="middle"')}`
  })
  const bars = variants.map((variant, at) => {
    const y = TOP + at * tall
    const name = text(LEFT - 8, y + (parts.length * BAR) / 2 + 4, variant.name, ' text-anchor="end"')
    const each = parts.map((part, nth) => {
      const long = variant[part] * UNIT
      return `<rect x="${LEFT}" y="${y + nth * BAR}" width="${long.toFixed(1)}" height="${BAR - 1}" fill="${COLOURS[part]}"/>`
    })
    return [name, ...each].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    '<title>Throughput to the bare app</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...legend,
    ...lines,
    ...bars,
    '</svg>\n',
  ].join('\n')
}
