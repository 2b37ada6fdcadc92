/** Says on stderr what is going on: on a terminal in one line at the bottom, elsewhere in a line now and then. */
export interface Progress {
  /** Shows a text with the seconds since it began. A function is called whenever the line is written. */
  show(text: string | (() => string)): void
  /** Prints a line that stays, on stdout, above it. */
  print(line: string): void
  /** Takes it away, so that nothing of it is left on the terminal. */
  end(): void
}

const ERASE = '\r\x1b[2K'
/** Without a terminal: the silence in milliseconds after which a line says that work goes on. */
const QUIET_MS = 30_000

export function openProgress(
  out: NodeJS.WriteStream = process.stdout,
  bottom: NodeJS.WriteStream = process.stderr,
): Progress {
  let text: (() => string) | null = null
  let since = 0
  let printedAt = 0
  const line = () => `${text?.()}  ${Math.round((performance.now() - since) / 1000)} s`
  const draw = () => {
    if (text && bottom.isTTY) bottom.write(ERASE + line().slice(0, (bottom.columns || 80) - 1))
  }
  const erase = () => {
    if (text && bottom.isTTY) bottom.write(ERASE)
  }
  const tick = () => {
    draw()
    if (!text || bottom.isTTY || performance.now() - printedAt < QUIET_MS) return
    printedAt = performance.now()
    bottom.write(`${line()}\n`)
  }
  setInterval(tick, 1000).unref()
  return {
    show(next) {
      if (!text) since = printedAt = performance.now()
      text = typeof next === 'string' ? () => next : next
      draw()
    },
    print(stays) {
      erase()
      out.write(`${stays}\n`)
      printedAt = performance.now()
      draw()
    },
    end() {
      erase()
      text = null
    },
  }
}
