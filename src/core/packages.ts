import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** What is made when it is first asked for, once. */
export function lazily<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/**
 * Packages of others that only some phases need, each loaded when it is first asked for: at a lower dial they cost a
 * start nothing. Ours are imported, and what the app hands over is its own.
 */
export const packages = {
  get bcrypt(): typeof import('bcryptjs')['default'] {
    return require('bcryptjs')
  },
  get cors(): typeof import('cors') {
    return require('cors')
  },
  get express(): typeof import('express') {
    return require('express')
  },
  get helmet(): typeof import('helmet') {
    return require('helmet')
  },
  get jwt(): typeof import('jsonwebtoken') {
    return require('jsonwebtoken')
  },
  get limits(): typeof import('express-rate-limit') {
    return require('express-rate-limit')
  },
  get nodemailer(): typeof import('nodemailer') {
    return require('nodemailer')
  },
  get piscina(): typeof import('piscina') {
    return require('piscina')
  },
}
