import { expect, test } from 'vitest'
import { findJobs } from '../../../../reading/facts/jobs.js'
import { parseScript } from '../../../../reading/syntax/sources.js'
import type { SentOutside } from '../../../gate/preload/jobs/queries.js'
import { idleJobs } from './jobs.js'

const jobs = findJobs([
  await parseScript(
    "import { forEachUser } from 'usertwo'\nsetInterval(() => forEachUser(clean), 1000)\n",
    'jobs.js',
  ),
])
const sentAs = (...users: string[]) => ({
  called: ['jobs.js:2'],
  sent: users.map(
    (who): SentOutside => ({ at: 'jobs.js:2', files: ['jobs.js'], text: 'delete', who, isTimer: true }),
  ),
})

test.each([
  [['user 1', 'user 2'], []],
  [['user 1'], []],
  [[], ['works for each user, and has queried as none']],
  [['the system'], ['works for each user, and has queried as none']],
  [['user 999'], ['works for each user, and has queried as user 999, never as the owner']],
])('of a job for each user that has queried as %j', (users, said) => {
  const words = idleJobs(jobs, sentAs(...users), 1).map(({ what }) => what.replace(/^.*?(?=works)/, ''))
  expect(words).toEqual(said)
})
