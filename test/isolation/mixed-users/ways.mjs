// Ways to read an item by its id. Each but the first lets requests that arrive together share what belongs to one of
// them: a tick of a promise library, a batch, a queue, or a promise.
import { AsyncResource } from 'node:async_hooks'
import Bluebird from 'bluebird'
import DataLoader from 'dataloader'
import PQueue from 'p-queue'

/**
 * @param query runs SQL with values and gives its rows
 * @returns by name: `find(id)` gives an item or undefined, `run(work)` does other work of a request in the same manner
 */
export function waysOf(query) {
  const one = async (id) => (await query('select * from items where id = $1', [id]))[0]
  const several = async (ids) => {
    const rows = await query('select * from items where id = any($1)', [ids])
    return ids.map((id) => rows.find((row) => row.id === id))
  }
  const now = (work) => work()
  return {
    plain: { find: one, run: now },

    // The library calls all callbacks that are due from one tick, and so in the context of one request, unless its
    // `asyncHooks` are on, as the start sets them from phase 6.
    bluebird: byBluebird(one),
    'bluebird-uncured': byBluebird(one, () => Bluebird.config({ asyncHooks: false })),

    // One loader for the process: it asks for the ids of all requests of a tick in one query.
    dataloader: { find: oneLoader(several), run: now },

    // A queue that one request's timer works off.
    immediate: queue(one),

    // One job at a time: a job that had to wait is started in the context of the one before it.
    'p-queue': jobs(one),
    'p-queue-bound': jobs(one, AsyncResource.bind),

    // Every request for an id shares one promise until it settles.
    promises: { find: kept(one), run: now },

    // The ids of all requests of a tick, joined into one query by hand.
    tick: { find: batch(several), run: now },
  }
}

function byBluebird(one, before = () => {}) {
  const then = (value, work) => {
    before()
    return Bluebird.resolve(value).then(work)
  }
  return { find: (id) => then(id, one), run: (work) => then(undefined, work) }
}

function oneLoader(several) {
  const loader = new DataLoader(several, { cache: false })
  return (id) => loader.load(id)
}

function queue(one) {
  const waiting = []
  const run = (work) =>
    new Promise((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject))
      if (waiting.length === 1)
        setImmediate(() => {
          for (const next of waiting.splice(0)) next()
        })
    })
  return { find: (id) => run(() => one(id)), run }
}

function jobs(one, bound = (work) => work) {
  const all = new PQueue({ concurrency: 1 })
  const run = (work) => all.add(bound(work))
  return { find: (id) => run(() => one(id)), run }
}

function kept(one) {
  const promises = new Map()
  return (id) => {
    const known = promises.get(id)
    if (known) return known
    const promise = one(id).finally(() => promises.delete(id))
    promises.set(id, promise)
    return promise
  }
}

function batch(several) {
  let waiting = []
  return (id) =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject })
      if (waiting.length > 1) return
      process.nextTick(() => {
        const all = waiting
        waiting = []
        several(all.map((item) => item.id)).then(
          (rows) => {
            for (const [at, item] of all.entries()) item.resolve(rows[at])
          },
          (error) => {
            for (const item of all) item.reject(error)
          },
        )
      })
    })
}
