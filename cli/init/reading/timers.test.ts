import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { findTimers } from './points.js'

const timersIn = async (text: string) => findTimers([(await fileParser('.'))('app.js', text)])

test('what the clock begins is named by its place, with what it has to say', async () => {
  const text = `import cron from 'node-cron'\nsetInterval(clean, 600)\ncron.schedule('0 6 * * *', digest)\n`
  expect(await timersIn(text)).toEqual([
    expect.stringMatching(
      /^app\.js:2: setInterval\(clean\) runs outside of any request: .*forEachUser\(work\)/,
    ),
    expect.stringMatching(/^app\.js:3: node-cron: 0 6 \* \* \* runs outside of any request/),
  ])
})

test('ignores the heartbeat of a stream and a single timeout', async () => {
  expect(await timersIn('setInterval(() => res.write(":"), 9); setTimeout(later, 9)')).toEqual([])
})

test('ignores what a stream asks until its request closes, which runs as the user of the request', async () => {
  const stream = (end: string) =>
    `app.get('/events', (req, res) => { const beat = setInterval(() => all().then(send), 9)\n${end} })`
  expect(await timersIn(stream("req.on('close', () => clearInterval(beat))"))).toEqual([])
  expect(await timersIn(stream("req.on('close', () => { open.delete(res); clearInterval(beat) })"))).toEqual(
    [],
  )
  expect(await timersIn(stream("other.on('close', () => clearInterval(beat))"))).toHaveLength(1)
  expect(await timersIn(stream("req.on('close', log)"))).toHaveLength(1)
})
