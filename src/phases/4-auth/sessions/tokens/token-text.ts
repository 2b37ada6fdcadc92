import { hash, randomBytes } from 'node:crypto'

/** By which whoever finds one knows what it is, scanners of repositories too. */
const PREFIX = 'ut_'
const FORM = /^ut_[\w-]{43}$/

/** Whether that means to be a token made by `usertwo tokens create`. */
export const isToken = (text: string): boolean => text.startsWith(PREFIX) && FORM.test(text)

export const newApiToken = (): string => PREFIX + randomBytes(32).toString('base64url')

/** What is kept of one. It is random and long: nobody can guess it, so nothing slower is needed (ASVS 11.4.2). */
export const hashOf = (token: string): string => hash('sha256', token, 'base64url')
