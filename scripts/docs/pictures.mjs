// The pictures of the README and the pages, as SVG: they consist of text, so that test/docs.test.ts can
// compare them. Each colour is set twice, for a light page and for a dark one.

const STYLE = `<style>
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
    .prose { font-family: system-ui, -apple-system, "Segoe UI", sans-serif }
    .small { font-size: 12px; fill: #59636e }
    .strong { font-weight: 600 }
    .go { fill: #116329; font-weight: 600 }
    .box { fill: #f6f8fa; stroke: #d1d9e0 }
    .mark { fill: #ddf4ff; stroke: #54aeff }
    .line { stroke: #59636e; fill: none }
    .head { fill: #59636e }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .go { fill: #56d364 }
      .box { fill: #151b23; stroke: #3d444d }
      .mark { fill: #121d2f; stroke: #4493f8 }
      .line { stroke: #9198a1 }
      .head { fill: #9198a1 }
    }
  </style>`
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const text = (x, y, words, name = '') =>
  `<text x="${x}" y="${y}"${name ? ` class="${name}"` : ''}>${escaped(words)}</text>`
const box = (x, y, width, height, name = 'box') =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="${name}"/>`
const svg = (width, height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
  ${STYLE}
  ${parts.join('\n  ')}
</svg>
`

const ROW = 21
const MOST = 56
/** Returns as many of the counts as fit on a line. */
const fitting = (facts) => {
  const whole = facts.split(', ')
  while (whole.join(', ').length > MOST) whole.pop()
  return whole.join(', ')
}

/** Returns docs/pictures/walk.svg: the output of `npm start` as the README shows it. */
export function walk(readme) {
  const lines = /```\n(1 inventory[\s\S]*?)```/.exec(readme)[1].trim().split('\n')
  const height = lines.length * ROW + 62
  return svg(880, height, 'npm start takes an app from phase 0 to 8', [
    box(0.5, 0.5, 879, height - 1),
    text(20, 31, '$ npm start', 'strong'),
    ...lines.flatMap((line, at) => {
      const [, name, checks, facts, time] =
        /^(\d \w+ +)GO {2}(\d+ checks): (.*) {2}([\d.]+ s)$/.exec(line) ?? []
      const y = 58 + at * ROW
      if (!name) return [text(20, y, line, 'strong')]
      return [
        `<text x="20" y="${y}">${escaped(name)}<tspan class="go">GO</tspan>  ${checks.padEnd(9)}  ${escaped(fitting(facts))}</text>`,
        `<text x="860" y="${y}" text-anchor="end">${time}</text>`,
      ]
    }),
  ])
}

const STEPS = [
  ['request', 'from a browser or a program', 'box'],
  ['hardening', 'host, CORS, limits, headers, log', 'mark'],
  ['auth', 'who is the user? CSRF proof', 'mark'],
  ['your router', 'routes and handlers, unchanged', 'box'],
  ['query layer', 'adds: where user_id = 7', 'mark'],
  ['binding', 'sends PostgreSQL the user', 'mark'],
  ['row-level security', 'PostgreSQL checks each row', 'mark'],
]

/** Returns docs/pictures/request.svg: the path of a request, with the layers in colour. */
export function request() {
  const [width, height, step] = [360, 46, 64]
  const parts = STEPS.flatMap(([name, about, kind], at) => {
    const y = 10 + at * step
    return [
      box(20, y, width, height, kind),
      text(34, y + 20, name, 'prose strong'),
      text(34, y + 37, about, 'prose small'),
      ...(at < STEPS.length - 1
        ? [
            `<path d="M200 ${y + height} v10" class="line"/>`,
            `<path d="M195 ${y + height + 9} h10 l-5 8 z" class="head"/>`,
          ]
        : []),
    ]
  })
  const last = 10 + (STEPS.length - 1) * step + height
  const net = 10 + 3 * step
  return svg(640, last + 12, 'The way of a request through the layers', [
    ...parts,
    `<path d="M380 ${last - 23} h60 V${net + 65}" class="line"/>`,
    `<path d="M435 ${net + 65} h10 l-5 -8 z" class="head"/>`,
    box(430, net + 10, 190, height, 'mark'),
    text(444, net + 30, 'the net', 'prose strong'),
    text(444, net + 47, 'rows in the answer: whose?', 'prose small'),
    `<path d="M525 ${net + 10} V${10 + height + 8}" class="line"/>`,
    `<path d="M520 ${10 + height + 9} h10 l-5 -8 z" class="head"/>`,
    box(430, 10, 190, height),
    text(444, 30, 'answer', 'prose strong'),
    text(444, 47, 'private, headers set', 'prose small'),
  ])
}

/**
 * Returns docs/pictures/phases.svg: the eight phases as steps of the dial.
 * @param all { number, name, purpose } of each phase
 */
export function phases(all) {
  const step = 50
  const height = all.length * step + 40
  return svg(760, height, 'The eight phases of the dial', [
    `<path d="M40 20 V${height - 30}" class="line"/>`,
    `<path d="M35 ${height - 31} h10 l-5 9 z" class="head"/>`,
    ...all.flatMap(({ number, name, purpose }, at) => {
      const y = 12 + at * step
      return [
        `<circle cx="40" cy="${y + 18}" r="14" class="mark"/>`,
        text(36, y + 23, String(number), 'strong'),
        text(70, y + 15, name, 'prose strong'),
        text(70, y + 33, purpose, 'prose small'),
      ]
    }),
  ])
}

/** Returns the pictures by file. */
export const pictures = (readme, all) => ({
  'docs/pictures/walk.svg': walk(readme),
  'docs/pictures/request.svg': request(),
  'docs/pictures/phases.svg': phases(all),
})
