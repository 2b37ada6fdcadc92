/** The fields of a login form by what they are for. */
export interface LoginFields {
  /** null: it has none */
  user: string | null
  /** null: it has none, or several that are not repetitions */
  password: string | null
  /** fields that take the password again */
  repeated: string[]
  /** every other one */
  more: string[]
  /** it takes an old password and a new one: the form changes it */
  changes: boolean
}

const PASSWORD = /pass|pwd|^pw$/i
const REPEATED = /confirm|repeat|again|verify|match|2$/i
const CHANGED = /new|old|current/i
const NAMES = [/^e?-?mail(?:_?address)?$/i, /^user_?name$/i, /^(?:login|user|identifier|account|handle)$/i]
/** Of the login or the form itself: never a part of a person. */
const ASIDE = /csrf|remember|redirect|return|^next$|captcha|token|^submit$|^_/i

/** Says what each field of a form is for, by its name. */
export function loginFieldsOf(names: readonly string[]): LoginFields {
  const passwords = names.filter((name) => PASSWORD.test(name))
  const repeated = passwords.filter((name) => REPEATED.test(name))
  const first = passwords.filter((name) => !REPEATED.test(name))
  const user = NAMES.map((usual) => names.find((name) => usual.test(name))).find(Boolean) ?? null
  return {
    user,
    password: first.length === 1 ? first[0]! : null,
    repeated,
    more: names.filter((name) => name !== user && !passwords.includes(name) && !ASIDE.test(name)),
    changes: first.some((name) => CHANGED.test(name)),
  }
}

/** A value for a further field of a registration. */
export function valueOfField(name: string): string {
  if (/e-?mail/i.test(name)) return 'test@example.com'
  if (/birth|date/i.test(name)) return '2000-01-31'
  if (/phone|tel/i.test(name)) return '+1 555 0100'
  if (/age|number|count/i.test(name)) return '30'
  if (/terms|accept|agree|consent/i.test(name)) return 'on'
  return 'Test'
}
