import { describe, expect, it } from 'vitest'
import { parseSettings } from '../config/settings.js'
import { makeLog } from './log.js'
import { secretsInFlight } from './secrets-in-flight.js'

const CANARY = 'zebra-7Qx!kiwi'

function recorded(environment: Record<string, string> = {}) {
  const lines: string[] = []
  const settings = parseSettings({ ENVIRONMENT: 'test', ...environment })
  return { log: makeLog(settings, { write: (line) => void lines.push(line) }), lines }
}

describe('the log', () => {
  it('redacts objects, messages, errors and the bindings of children', () => {
    const { log, lines } = recorded()
    log.info({ headers: { authorization: CANARY } }, `password=${CANARY}`)
    log.error(new Error(`token: ${CANARY}`))
    log.child({ api_key: CANARY, deep: { cookie: CANARY } }).warn('said %s', `secret=${CANARY}`)
    expect(lines).toHaveLength(3)
    expect(lines.join('')).not.toContain('zebra')
    expect(JSON.parse(lines[1]!).err.stack).toContain('log.test')
  })

  it('keeps one entry on one line, whatever the message holds', () => {
    const { log, lines } = recorded()
    log.info(`name ann\n{"level":"error","msg":"forged"}\u001b[2J`)
    expect(lines).toHaveLength(1)
    for (const raw of ['\n', '\u001b']) expect(lines[0]!.trimEnd()).not.toContain(raw)
    expect(JSON.parse(lines[0]!).level).toBe('info')
  })

  it('never prints the values of secret variables, in whatever sentence', () => {
    const { log, lines } = recorded({
      JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u',
      DATABASE_URL: 'postgres://app:gr3en-elephants@localhost/app',
    })
    log.info('signing with kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u as gr3en-elephants')
    expect(lines[0]).toContain('signing with [redacted] as [redacted]')
  })

  it('keeps the names of its members, whatever a request carries', () => {
    const { log, lines } = recorded()
    const release = secretsInFlight.hold({ secrets: ['status', 'requestId', 'method'], unprintable: [] })
    log.child({ requestId: 'a1' }).info({ query: 'token', status: 200, method: 'GET' }, 'said %s', 'status')
    release()
    const line = JSON.parse(lines[0]!)
    expect(line).toMatchObject({ requestId: 'a1', query: 'token', status: 200, method: 'GET' })
    expect(line.msg).toBe('said [redacted]')
  })
})
