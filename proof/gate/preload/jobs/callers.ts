import { fileURLToPath } from 'node:url'

const OWN = fileURLToPath(new URL('../../../..', import.meta.url))
/** The copies of usertwo with the gate's edits. */
const EDITED = /[\\/]usertwo-edited-/

/** This folder, which is on top of each stack. */
const IN_FRONT = /[\\/]preload[\\/]jobs[\\/]/

/** A caller, and the line from which it calls. */
export interface StackFrame {
  file: string
  line: string
}

/** The callers outside Node, the nearest first, awaiting ones too. */
export function callers(): StackFrame[] {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = before
  return stack.split('\n').flatMap((line) => {
    const [, place, at] =
      /(?<![\w:])((?:file:\/\/)?\/[^()]+|[A-Za-z]:[\\/][^()]+):(\d+):\d+\)?$/.exec(line) ?? []
    if (!place || !at) return []
    const file = place.startsWith('file:') ? fileURLToPath(place) : place
    return IN_FRONT.test(file) ? [] : [{ file, line: at }]
  })
}

/** Whether a file is usertwo's. */
export const isOwn = (file: string) => file.startsWith(OWN) || EDITED.test(file)
export const isAppFrame = ({ file }: StackFrame) => !/[\\/]node_modules[\\/]/.test(file) && !isOwn(file)
export const frameAt = ({ file, line }: StackFrame) => `${fromAppFolder(file)}:${line}`

/** A file relative to the app's folder. */
export const fromAppFolder = (file: string) =>
  file.startsWith(`${process.cwd()}/`) ? file.slice(process.cwd().length + 1) : file
