import { expect, it } from 'vitest'
import * as anyTesting from '../proof/testing/any-node.js'
import * as testing from '../proof/testing/index.js'
import * as anyNode from './any-node.js'
import * as index from './index.js'

it('exports what the package exports, where the resolver does not know module-sync', () => {
  expect({ ...anyNode }).toEqual({ ...index })
  expect({ ...anyTesting }).toEqual({ ...testing })
})
