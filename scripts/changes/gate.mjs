// One `usertwo gate --changed` of an owner: what it says, how long they waited, which phases ran.
const SOUND = ['pass', 'waived']
const MOST = 3

/** @param args more of them, such as `--record` */
export async function gateChanged(owner, ...args) {
  const begun = performance.now()
  const { code, stdout, stderr } = await owner.usertwo('gate', '--changed', '--json', ...args)
  const seconds = Math.round((performance.now() - begun) / 1000)
  const [ran, skipped] = [/^(\d) \S+: run, /gm, /^(\d) \S+: not run/gm].map((line) =>
    [...stderr.matchAll(line)].map(([, phase]) => phase),
  )
  // A record is noted below the document.
  const end = stdout.lastIndexOf('\n}')
  if (!stdout.startsWith('{') || end < 0)
    return {
      go: false,
      seconds,
      ran,
      skipped,
      red: [{ id: 'none', verdict: `ended with ${code}`, fix: lastLine(stderr), what: [] }],
    }
  const { go, phases } = JSON.parse(stdout.slice(0, end + 2))
  const red = phases
    .flatMap(({ checks }) => checks)
    .filter(({ verdict }) => !SOUND.includes(verdict))
    .map(({ id, verdict, fix, evidence }) => ({
      id,
      verdict,
      fix,
      what: evidence.slice(0, MOST).map(inWords),
    }))
  return { go: go && code === 0, seconds, ran, skipped, red }
}

/** The lines that an owner reads of a verdict. */
export function linesOf({ go, seconds, ran, skipped, red }) {
  const phases = `ran ${ran.join(' ') || 'none'}, skipped ${skipped.join(' ') || 'none'}`
  return [
    `${go ? 'GO' : 'NO-GO'} in ${seconds} s: ${phases}`,
    ...red.flatMap(({ id, verdict, fix, what }) => [
      `  ${id}: ${verdict}`,
      ...what.map((one) => `    ${one}`),
      `    fix: ${fix}`,
    ]),
  ]
}

const inWords = ({ what, route, part }) => [route ?? part, what].filter(Boolean).join(': ').slice(0, 300)
const lastLine = (text) => text.trim().split('\n').slice(-3).join(' ').slice(0, 400)
