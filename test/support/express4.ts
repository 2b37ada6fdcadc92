import { createRequire } from 'node:module'
import type express from 'express'

/** Express 4, for tests over both majors; what the tests use of it is typed alike. */
export const express4 = createRequire(import.meta.url)('express4') as typeof express
