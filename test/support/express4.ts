import { createRequire } from 'node:module'
import type express from 'express'

const require = createRequire(import.meta.url)

/** Express 4, for tests over both majors; what the tests use of it is typed alike. */
export const express4 = require('express4') as typeof express

/** Lets its layers keep other handlers than they are given, as a package does; returns what takes it back. */
export const replaceHandlers = require('./replaced-handlers.cjs') as (it: typeof express) => () => void
