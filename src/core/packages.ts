import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Makes a value once, on first use. */
export function lazily<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Third-party packages that only some phases need. Each is loaded on first use. */
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
  get negotiator(): typeof import('negotiator') {
    return require('negotiator')
  },
  get nodemailer(): typeof import('nodemailer') {
    return require('nodemailer')
  },
  get piscina(): typeof import('piscina') {
    return require('piscina')
  },
}
