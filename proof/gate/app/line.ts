import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { atExit } from '../../at-exit.js'
import type { LineAnswers } from '../preload/answer.js'

const PATIENCE_MS = 5_000
/** Calling the app's timers takes longer. Milliseconds. */
const PATIENCE_OF: Partial<Record<keyof LineAnswers, number>> = { jobs: 60_000, timersCalled: 20_000 }

/** A channel for questions to the processes of an app under test that only they can answer. */
export interface Line {
  path: string
  /** asks the process that serves the app */
  ask<Name extends keyof LineAnswers>(name: Name): Promise<LineAnswers[Name]>
  /** sends a question to every process, those that connect later too */
  tellAll(name: keyof LineAnswers): void
  /** ports on which any of the processes listens for HTTP */
  listening(): number[]
  /** resolves when one of them begins to listen */
  heard(): Promise<void>
  /** ends every process that is still connected */
  close(): void
}

/** Returns the path of the socket. Windows has no sockets in its file system, but named pipes. */
export function linePath(platform: NodeJS.Platform = process.platform): string {
  const name = `usertwo-${randomUUID()}`
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

export async function openLine(): Promise<Line> {
  const path = linePath()
  const sockets = new Set<Socket>()
  const asked = new Set<(told: object) => void>()
  const ports = new Set<number>()
  const waiting = new Set<() => void>()
  const toldAll = new Set<string>()
  let found!: (socket: Socket) => void
  let serving = new Promise<Socket>((resolve) => {
    found = resolve
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    for (const name of toldAll) socket.write(`${name}\n`)
    const lines = createInterface(socket)
    // A process that is killed resets the connection, and readline reports that error again.
    lines.on('error', () => {})
    lines.on('line', (line) => {
      const told = JSON.parse(line) as { listening?: number }
      if (told.listening) {
        ports.add(told.listening)
        for (const begin of waiting) begin()
        waiting.clear()
      }
      for (const listen of asked) listen(told)
      if (!('serving' in told)) return
      found(socket)
      serving = Promise.resolve(socket)
    })
  })
  const forget = atExit(() => rmSync(path, { force: true }))
  server.listen(path)
  await once(server, 'listening')
  server.unref()

  return {
    path,
    ask: (name) => {
      const told = nextAnswer(name, asked)
      void serving.then((socket) => socket.write(`${name}\n`))
      return told
    },
    tellAll(name) {
      toldAll.add(name)
      for (const socket of sockets) socket.write(`${name}\n`)
    },
    listening: () => [...ports],
    heard: () => new Promise((resolve) => waiting.add(resolve)),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      forget()
    },
  }
}

/**
 * Returns the next answer to a question, from any of the processes.
 *
 * @param listeners called with everything that the processes report
 */
function nextAnswer<Name extends keyof LineAnswers>(
  name: Name,
  listeners: Set<(told: object) => void>,
): Promise<LineAnswers[Name]> {
  const patience = PATIENCE_OF[name] ?? PATIENCE_MS
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(late)
      listeners.delete(listen)
    }
    const listen = (told: Partial<LineAnswers> & { untold?: string }) => {
      if (told.untold === name) {
        end()
        reject(new Error(`the app's ${name} cannot be seen: no Express or pg was found from its folder`))
      } else if (told[name] !== undefined) {
        end()
        resolve(told[name] as LineAnswers[Name])
      }
    }
    const late = setTimeout(() => {
      end()
      reject(new Error(`the app did not report its ${name} within ${patience / 1000} s`))
    }, patience)
    listeners.add(listen)
  })
}
