import { fileURLToPath } from 'node:url'
import { type FramePlace, framesHere, placesIn } from '../stack.js'

const OWN = fileURLToPath(new URL('../../../..', import.meta.url))
/** The copies of usertwo with the gate's edits. */
const EDITED = /[\\/]usertwo-edited-/

/** The callers outside Node and this preload, the nearest first, awaiting ones too. */
export const callers = (): FramePlace[] => placesIn(framesHere())

/** Whether a file is usertwo's. */
export const isOwn = (file: string) => file.startsWith(OWN) || EDITED.test(file)
export const isAppFrame = ({ file }: FramePlace) => !/[\\/]node_modules[\\/]/.test(file) && !isOwn(file)
export const frameAt = ({ file, line }: FramePlace) => `${fromAppFolder(file)}:${line}`

/** A file relative to the app's folder. */
export const fromAppFolder = (file: string) =>
  file.startsWith(`${process.cwd()}/`) ? file.slice(process.cwd().length + 1) : file
