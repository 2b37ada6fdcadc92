import { describe, expect, test } from 'vitest'
import { gateOver, served } from '../../../../test/support/app-gate.js'
import { forgedBy, logLines } from './log-lines.js'

const forgery = { kind: 'ANSI' as const, place: 'path', route: 'GET /…', forged: 'Lq1x' }
const found = (line: string) => forgedBy(forgery, [line], 'stdout').map(({ what }) => what)

test('does not take the app’s own colours around a sent text for a forgery', () => {
  expect(found('\u001b[0mGET /ann%40example.com%1B%5B2KLq1x \u001b[33m401\u001b[0m')).toEqual([])
  expect(found('\u001b[32masked for ann@example.com\\u001b[1GLq1x\u001b[0m')).toEqual([])
  expect(found("  \u001b[32m'Lq1x\u001b[39m")).toEqual([])
})

test('reports a sent control character, however the app changed the text before it', () => {
  expect(found('asked for ann@example.com\u001b[2K\u001b[1GLq1x')).toEqual([
    'ANSI in path is printed on stdout as it was sent',
  ])
  expect(found('asked for \u001b[1GLq1x')).toEqual(['ANSI in path is printed on stdout as it was sent'])
})

describe('what is counted', () => {
  /** An app that prints a line for each request, after `line`. */
  async function tried(line: string) {
    let printed = ''
    const target = await served(
      (_req, res) => {
        printed += line
        res.end('ok')
      },
      () => printed,
    )
    const found = await logLines.run(gateOver(async () => target, ['POST /notes']))
    await target.stop()
    return found
  }

  test('counts the requests of an app that prints nothing it is sent, and reports no forgery', async () => {
    const { exercised, problems } = await tried('{"level":30,"name":"usertwo","msg":"request"}\n')
    expect(exercised).toBeGreaterThan(20)
    expect(problems).toEqual([])
  })

  test('a forged line is named with the route, where it is declared, and the stream', async () => {
    const printed = { stdout: '{"level":30,"name":"usertwo","msg":"request"}\n', stderr: '' }
    const target = await served(
      (req, res) => {
        let body = ''
        req.on('data', (chunk) => (body += chunk))
        req.on('end', () => {
          if (req.url === '/notes') printed.stderr += `new note ${JSON.parse(body).title}\n`
          res.end('ok')
        })
      },
      (stream) => (stream ? printed[stream] : printed.stdout + printed.stderr),
    )
    const { problems } = await logLines.run(gateOver(async () => target, ['POST /notes']))
    await target.stop()
    expect(problems[0]).toMatchObject({
      what: 'newline in body of POST /notes begins a line of its own on stderr',
      route: 'POST /notes',
      at: 'a.js:1',
    })
  })

  test('exercises nothing if usertwo prints no log line', async () => {
    expect((await tried('asked\n')).exercised).toBe(0)
  })
})
