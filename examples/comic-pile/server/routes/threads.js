import { Router } from 'express'
import {
  activeThreads,
  allThreads,
  completedThreads,
  createThread,
  deleteThread,
  findThread,
  reactivateThread,
  staleThreads,
  toThread,
  updateThread,
} from '../domain/threads.js'
import { handle } from '../errors.js'
import { options, radios } from '../html/threads.js'
import { perMinute } from '../rate-limits.js'
import { boolean, integer, pathId, readBody, readQuery, text } from '../validation.js'

const router = Router({ strict: true })

router.get(
  '/threads/',
  perMinute(100),
  handle(async (_req, res) => {
    res.json((await allThreads()).map(toThread))
  }),
)

router.get(
  '/threads/stale',
  handle(async (req, res) => {
    const { days } = readQuery(req, { days: integer({ default: 30 }) })
    res.json((await staleThreads(days)).map(toThread))
  }),
)

router.get(
  '/threads/completed',
  handle(async (_req, res) => {
    res.type('html').send(options(await completedThreads()))
  }),
)

router.get(
  '/threads/active',
  handle(async (_req, res) => {
    res.type('html').send(radios(await activeThreads()))
  }),
)

router.post(
  '/threads/',
  perMinute(30),
  handle(async (req, res) => {
    const input = readBody(req, {
      title: text({ required: true, min: 1 }),
      format: text({ required: true, min: 1 }),
      issues_remaining: integer({ required: true, min: 0 }),
      notes: text(),
      is_test: boolean(),
    })
    res.status(201).json(toThread(await createThread(input)))
  }),
)

router.post(
  '/threads/reactivate',
  handle(async (req, res) => {
    const { thread_id, issues_to_add } = readBody(req, {
      thread_id: integer({ required: true }),
      issues_to_add: integer({ required: true, above: 0 }),
    })
    res.json(toThread(await reactivateThread(thread_id, issues_to_add)))
  }),
)

router.get(
  '/threads/:id',
  handle(async (req, res) => {
    res.json(toThread(await findThread(pathId(req))))
  }),
)

router.put(
  '/threads/:id',
  handle(async (req, res) => {
    const changes = readBody(req, {
      title: text({ min: 1 }),
      format: text({ min: 1 }),
      issues_remaining: integer({ min: 0 }),
      notes: text(),
      is_test: boolean(),
    })
    res.json(toThread(await updateThread(pathId(req), changes)))
  }),
)

router.delete(
  '/threads/:id',
  handle(async (req, res) => {
    await deleteThread(pathId(req))
    res.status(204).end()
  }),
)

export default router
