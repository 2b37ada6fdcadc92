import { fileURLToPath } from 'node:url'

/** The file of a frame, and its line. */
export interface FramePlace {
  file: string
  line: string
}

/** Returns the frames of the present call, the nearest first, awaiting ones too, without those of this preload. */
export function framesHere(): string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  return stack
    .split('\n')
    .slice(1)
    .filter((frame) => !/gate[\\/]preload[\\/]/.test(frame))
}

/** Returns the places of frames; those of Node itself, `node:internal/…`, have none. */
export function placesIn(frames: readonly string[]): FramePlace[] {
  return frames.flatMap((frame) => {
    const [, place, line] =
      /(?:\(|\bat (?:async )?)((?:file:\/\/)?\/[^()]+?|[A-Za-z]:[\\/][^()]+?):(\d+):\d+\)?$/.exec(frame) ?? []
    if (!place || !line) return []
    return [{ file: place.startsWith('file:') ? fileURLToPath(place) : place, line }]
  })
}
