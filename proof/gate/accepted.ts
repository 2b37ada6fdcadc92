// An answer 202 says that the work is not done yet (RFC 9110, section 15.3.3): a worker does it afterwards, and what
// the app answers until then depends on how fast it is.
import { setTimeout as sleep } from 'node:timers/promises'

/** When work that was accepted counts as done. Milliseconds. */
export interface Quiet {
  /** no statement of the app has come to its end for this time */
  forMs: number
  /** the most that is waited */
  mostMs: number
}

/** After each 202. */
const ASKED: Quiet = { forMs: 500, mostMs: 5_000 }
/** In a recording, which everything later is compared to. */
export const RECORDED: Quiet = { forMs: 2_000, mostMs: 10_000 }
/** How long a replay asks again for what it has not found, for each 202 before it, and at which interval. Milliseconds. */
const AGAIN = { mostMs: 5_000, everyMs: 250 }

export const isAccepted = ({ status }: { status: number }): boolean => status === 202

/**
 * Waits after a 202 until the app is quiet.
 *
 * @param quietFor asks the app for how long no statement has come to its end, in ms; null: it has none to observe
 */
export async function untilQuiet(
  quietFor: () => Promise<number | null>,
  { forMs, mostMs }: Quiet = ASKED,
): Promise<void> {
  const began = performance.now()
  for (;;) {
    const waited = performance.now() - began
    // An app that cannot be observed, or has ended, is left the time alone.
    const quiet = Math.min(waited, (await quietFor().catch(() => null)) ?? waited)
    if (quiet >= forMs || waited >= mostMs) return
    await sleep(Math.min(forMs - quiet, mostMs - waited))
  }
}

/** The time for which a replay asks again. It is spent once, so a wrong answer costs it once. */
export class Patience {
  #leftMs = 0

  /** An answer was a 202: what is read afterwards may not be there yet. */
  accepted(): void {
    this.#leftMs = AGAIN.mostMs
  }

  /** Waits before an answer is asked for again; false: it counts as it is. */
  async again({ method }: { method: string }): Promise<boolean> {
    if (this.#leftMs <= 0 || !/^(?:GET|HEAD)$/.test(method)) return false
    this.#leftMs -= AGAIN.everyMs
    await sleep(AGAIN.everyMs)
    return true
  }
}
