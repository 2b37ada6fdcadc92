/** One line at the bottom of a terminal that says what is going on; elsewhere nothing. */
export interface Progress {
  /** Shows `text` with the seconds since it began. */
  show(text: string): void
  /** Prints a line that stays, above it. */
  print(line: string): void
  /** Takes it away, so that nothing of it is left on the terminal. */
  end(): void
}

const ERASE = '\r\x1b[2K'

export function openProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  let text = ''
  let since = 0
  const draw = () => {
    if (!text || !out.isTTY) return
    const seconds = Math.round((performance.now() - since) / 1000)
    out.write(ERASE + `${text}  ${seconds} s`.slice(0, (out.columns || 80) - 1))
  }
  const erase = () => {
    if (text && out.isTTY) out.write(ERASE)
  }
  const timer = setInterval(draw, 1000)
  timer.unref()
  return {
    show(line) {
      if (!text) since = performance.now()
      text = line
      draw()
    },
    print(line) {
      erase()
      out.write(`${line}\n`)
      draw()
    },
    end() {
      erase()
      text = ''
    },
  }
}
