import { openProgress, type Progress } from './gate/progress.js'

/**
 * Shows progress and elapsed time on stderr while `work` runs: on a terminal in one line that disappears,
 * elsewhere in an occasional line. `work` prints through the progress it is called with.
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
