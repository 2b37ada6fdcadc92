/** Says on stderr what is going on: on a terminal in one line at the bottom, elsewhere in a line now and then. */
export interface Progress {
  /** Shows what is being done, with the seconds since it began. A function is called whenever the line is written. */
  show(text: string | (() => string)): void
  /** Prints a line that stays, on stdout, above it. */
  print(line: string): void
  /** Takes it away, so that nothing of it is left on the terminal. */
  end(): void
}

const ERASE = '\r\x1b[2K'
/** Without a terminal: the silence after which a line says what is being done, and between further lines. Milliseconds. */
const FIRST_MS = 5_000
const NEXT_MS = 30_000

export function openProgress(
  out: NodeJS.WriteStream = process.stdout,
  bottom: NodeJS.WriteStream = process.stderr,
): Progress {
  let shown: string | (() => string) | null = null
  let since = 0
  let printedAt = 0
  let quietMs = FIRST_MS
  const text = () => (typeof shown === 'function' ? shown() : shown)
  const line = () => `${text()}  ${Math.round((performance.now() - since) / 1000)} s`
  const draw = () => {
    if (shown && bottom.isTTY) bottom.write(ERASE + line().slice(0, (bottom.columns || 80) - 1))
  }
  const erase = () => {
    if (shown && bottom.isTTY) bottom.write(ERASE)
  }
  const tick = () => {
    draw()
    if (!shown || bottom.isTTY || performance.now() - printedAt < quietMs) return
    printedAt = performance.now()
    quietMs = NEXT_MS
    bottom.write(`${line()}\n`)
  }
  setInterval(tick, 1000).unref()
  return {
    show(next) {
      if (next !== shown) {
        since = printedAt = performance.now()
        quietMs = FIRST_MS
      }
      shown = next
      draw()
    },
    print(stays) {
      erase()
      out.write(`${stays}\n`)
      printedAt = performance.now()
      quietMs = FIRST_MS
      draw()
    },
    end() {
      erase()
      shown = null
    },
  }
}
