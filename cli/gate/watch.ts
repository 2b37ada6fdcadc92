import { phaseLine, proofLine, resultLines } from '../../proof/gate/report/terminal.js'
import { mutantsOf, NOT_PROVED } from '../../proof/gate/run/proof.js'
import type { RunOptions } from '../../proof/gate/run/run.js'
import { checksOf } from '../../proof/gate/run/suite.js'
import { clockText, timeLeft } from '../../proof/gate/run/time-left.js'
import { WORKERS } from '../../proof/gate/run/turns.js'
import { watchRuns } from './at-work.js'
import { openProgress, type Progress } from './progress.js'

type Watched = Pick<RunOptions, 'project' | 'phases' | 'prove' | 'only' | 'workers'>

/**
 * Prints a line for each result on stdout, and shows on stderr which checks run, how many are done, and the
 * time left.
 * @param lines false: a document is printed instead of the results
 */
export function watchRun(
  options: Watched,
  lines: boolean,
  progress: Progress = openProgress(),
): Pick<RunOptions, 'onRun' | 'onResult' | 'onProof' | 'onPhase' | 'onStale'> & { end(): void } {
  const { prove, only, workers = WORKERS } = options
  const checks = options.phases.flatMap((phase) => checksOf(phase, only, options.project.config))
  const runs = checks.flatMap((check) => [
    check.id,
    ...(prove ? mutantsOf(check, options.project).map(() => check.id) : []),
  ])
  const time = timeLeft(runs, workers)
  const atWork = watchRuns()
  let place = options.phases[0]
  const text = () => {
    const { done, total } = time.counts()
    const left = time.estimate()
    const rest = left === null ? '' : `, about ${clockText(left)} left`
    return `${place?.number} ${place?.name}  ${done} of ${total}${rest}  ${atWork.text()}`.trimEnd()
  }
  const show = () => progress.show(text)
  const say = (text: string) => {
    if (lines) progress.print(text)
  }
  show()
  return {
    onRun: atWork.onRun,
    onResult(phase, result) {
      place = phase
      time.done(result.id, result.ms)
      if (result.notes.includes(NOT_PROVED)) time.skip(result.id)
      // With --only, the evidence of a passed check is wanted as well.
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
    onStale: (notRun) =>
      say(
        `not run: ${notRun.map(({ number }) => number).join(', ')}. They compare with the recording, which is not of the app as it is: usertwo baseline record`,
      ),
    end: progress.end,
  }
}
