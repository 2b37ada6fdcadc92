// A thread that says how far a step is while the main thread waits for the step's program.
import { existsSync, writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { step, files, everyMs } = workerData
const began = Date.now()

setInterval(() => {
  const seconds = Math.round((Date.now() - began) / 1000)
  const done = files.filter((file) => existsSync(file)).length
  const far = files.length > 0 ? `, ${done} of ${files.length}` : ''
  writeSync(2, `${step} ${seconds} s${far}\n`)
}, everyMs)
