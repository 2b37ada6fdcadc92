import { openProgress, type Progress } from './gate/progress.js'

/**
 * Says on stderr what is going on, with the time so far, for as long as `work` runs: on a terminal in one line that goes
 * away, elsewhere in a line now and then. What `work` prints goes through the progress it is given.
 */
export async function during<Made>(text: string, work: (progress: Progress) => Promise<Made>): Promise<Made> {
  const progress = openProgress()
  progress.show(text)
  try {
    return await work(progress)
  } finally {
    progress.end()
  }
}
