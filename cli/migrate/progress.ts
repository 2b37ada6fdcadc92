import type { ReconcileOptions } from '../../src/phases/6-isolation/schema/reconcile.js'

/** A step that takes longer says every so often that it goes on, ms. */
const EVERY_MS = 5_000

export interface MigrationProgress extends Required<Pick<ReconcileOptions, 'onStep' | 'onBatch'>> {
  /** the last step is done, or failed */
  end(): void
}

/**
 * Says which step runs, and of a long one how long it has run: with rows and an estimate where it walks through a table.
 *
 * @param print on stderr, as the command's result is on the other
 * @param now default: the machine's clock
 */
export function migrationProgress(print: (line: string) => void, now = () => Date.now()): MigrationProgress {
  let name = ''
  let began = now()
  let said = began
  const elapsed = () => `${seconds(now() - began)} elapsed`
  const timer = setInterval(() => tell(`${name}: still running, ${elapsed()}`), EVERY_MS)
  timer.unref()

  function tell(line: string): void {
    if (name === '' || now() - said < EVERY_MS) return
    said = now()
    print(`  ${line}`)
  }

  return {
    onStep(step) {
      name = step.name
      began = said = now()
      print(name)
    },
    onBatch(_step, { rows, of }) {
      const left = rows > 0 ? ((now() - began) * (of - rows)) / rows : 0
      const estimate = rows > 0 ? `, about ${seconds(left)} left` : ''
      tell(`${name}: ${rows} of about ${of} rows, ${elapsed()}${estimate}`)
    },
    end: () => clearInterval(timer),
  }
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
