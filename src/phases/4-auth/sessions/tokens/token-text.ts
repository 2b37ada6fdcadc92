import { hash, randomBytes } from 'node:crypto'

/** Identifies the kind of secret to a reader, and to scanners of repositories. */
const PREFIX = 'ut_'
const FORM = /^ut_[\w-]{43}$/

/** Whether a text has the form of a token made by `usertwo tokens create`. */
export const isToken = (text: string): boolean => text.startsWith(PREFIX) && FORM.test(text)

export const newApiToken = (): string => PREFIX + randomBytes(32).toString('base64url')

/** The stored form of a token. Tokens are random and long, so a fast hash is enough (ASVS 11.4.2). */
export const hashOf = (token: string): string => hash('sha256', token, 'base64url')
