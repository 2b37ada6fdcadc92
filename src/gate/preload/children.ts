import { ChildProcess } from 'node:child_process'

interface Spawned {
  envPairs?: string[]
}

/** Gives the variables to each Node process this one starts, whatever environment the app gives it. */
export function passOn(variables: Record<string, string>): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(this: unknown, how: Spawned): unknown }
  const { spawn } = prototype
  prototype.spawn = function passing(how) {
    const given = (name: string) => how.envPairs?.some((pair) => pair.startsWith(`${name}=`))
    for (const [name, value] of Object.entries(variables))
      if (!given(name)) how.envPairs?.push(`${name}=${value}`)
    return Reflect.apply(spawn, this, [how])
  }
}
