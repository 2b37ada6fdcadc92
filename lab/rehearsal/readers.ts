import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../proof/gate/app/http.js'

/** What a reader gets for one request. */
export interface Read {
  path: string
  status: number
  /** why there is no answer */
  why?: string
}

export interface ReaderOptions {
  url: string
  /** what each reader opens, in turn */
  paths: readonly string[]
  /** requests of each per second */
  rate: number
  /** the owner's credentials, read for each request */
  headers(): Record<string, string>
  /** called with each answer */
  each(read: Read): void
}

const READERS = 3

/**
 * Opens pages and lists of the owner next to the replay, so that several requests are in flight when a replica stops.
 * @returns a function that stops all readers
 */
export function openReaders({ url, paths, rate, headers, each }: ReaderOptions): () => Promise<void> {
  let going = true
  async function read(first: number) {
    for (let at = first; going; at++) {
      const path = paths[at % paths.length]!
      const started = performance.now()
      const answer = await ask(url, 'GET', path, { headers: headers() }).catch((error: Error) => error)
      each(
        answer instanceof Error ? { path, status: 0, why: answer.message } : { path, status: answer.status },
      )
      await sleep(Math.max(0, 1000 / rate - (performance.now() - started)))
    }
  }
  const loops = Array.from({ length: READERS }, (_, first) => read(first))
  return async () => {
    going = false
    await Promise.all(loops)
  }
}
