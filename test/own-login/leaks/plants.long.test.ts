// The plants, sessions in Redis, as `init --yes` adopts them with ten leaks in them.
import { describe } from 'vitest'
import { skipWithoutRedis } from '../../support/redis.js'
import { layApp } from '../lay-app.mjs'
import { namesEach } from './planted.js'
import { LEAKS } from './plants.js'

describe.skipIf(skipWithoutRedis('leaks of an own login with sessions in Redis'))('sessions in Redis', () => {
  namesEach(LEAKS, {
    file: 'app.js',
    byInit: true,
    encode: (body) => `'${JSON.stringify(body)}'`,
    lay: () => layApp('redis-app'),
  })
})
