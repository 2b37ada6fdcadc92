import { expect, test } from 'vitest'
import { callerIn } from './origin.js'

const NODE = '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'
const PG = '    at Client.connect (/app/node_modules/pg/lib/client.js:132:10)'

test.each([
  ['    at handler (/app/src/db.js:7:3)', '/app/src/db.js:7'],
  ['    at async /app/src/db.js:8:3', '/app/src/db.js:8'],
  ['    at file:///app/my%20app/db.js:9:1', '/app/my app/db.js:9'],
])('the app’s own line is read from %j, not one of Node or of a driver', (frame, line) => {
  expect(callerIn([PG, NODE, frame])).toBe(line)
})

test('the line is the app’s, not one of the helper that init writes', () => {
  const helper = '    at Socket.prototype.<computed> [as connect] (file:///app/usertwo/start-once.mjs:10:16)'
  expect(callerIn([helper, PG, '    at connectDb (/app/config/db.config.js:4:9)'])).toBe(
    '/app/config/db.config.js:4',
  )
  expect(callerIn([helper, PG, NODE])).toBeNull()
})

test('no line is named where only Node and a driver are in the stack', () => {
  expect(callerIn([PG, NODE])).toBeNull()
})
