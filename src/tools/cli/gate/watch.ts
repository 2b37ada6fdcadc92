import { WORKERS } from '../../gate/in-turns.js'
import { mutantsOf, NOT_PROVED } from '../../gate/proof.js'
import { phaseLine, proofLine, resultLines } from '../../gate/report/terminal.js'
import { checksOf, type RunOptions } from '../../gate/run.js'
import { clockText, timeLeft } from '../../gate/time-left.js'
import { openProgress, type Progress } from './progress.js'

type Watched = Pick<RunOptions, 'project' | 'phases' | 'prove' | 'only' | 'workers'>

/**
 * Says what a gate run is doing: a line for each result, and on a terminal one at the bottom with the time
 * left.
 * @param lines false: results are told by others, only the bottom line is shown
 */
export function watchRun(
  options: Watched,
  lines: boolean,
  progress: Progress = openProgress(lines ? process.stdout : process.stderr),
): Pick<RunOptions, 'onResult' | 'onProof' | 'onPhase'> & { end(): void } {
  const { prove, only, workers = WORKERS } = options
  const checks = options.phases.flatMap((phase) => checksOf(phase, only))
  const runs = checks.flatMap((check) => [
    check.id,
    ...(prove ? mutantsOf(check, options.project).map(() => check.id) : []),
  ])
  const time = timeLeft(runs, workers)
  let place = options.phases[0]
  const show = () => {
    const { done, total } = time.counts()
    const left = time.estimate()
    progress.show(
      `${place?.number} ${place?.name}  ${done} of ${total}${left === null ? '' : `, about ${clockText(left)} left`}`,
    )
  }
  const say = (text: string) => {
    if (lines) progress.print(text)
  }
  show()
  return {
    onResult(phase, result) {
      place = phase
      time.done(result.id, result.ms)
      if (result.notes.includes(NOT_PROVED)) time.skip(result.id)
      // Whoever asks for single checks wants to know what they saw.
      resultLines(result, only !== undefined).forEach(say)
      show()
    },
    onProof(phase, proof) {
      place = phase
      time.done(proof.check, proof.result.ms)
      say(proofLine(proof))
      show()
    },
    onPhase: (phase, result) => say(phaseLine(phase, result)),
    end: progress.end,
  }
}
