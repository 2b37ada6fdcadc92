import { ENDPOINTS, type FormName } from '../../../contract/endpoints.js'
import { type Html, html } from '../../../core/html.js'
import type { Say, Word } from '../../4-auth/words/words.js'

/** The errors of a form, by field. */
export type FieldErrors = Readonly<Record<string, string>>

export interface PageField {
  name: string
  label: string | Html
  /** attributes of the input, `type` and `autocomplete` first of all */
  input: Html
  value?: string
  hint?: string | Html
  errors?: FieldErrors
}

/** A labelled input; its error is shown next to it and announced to screen readers. */
export function field({ name, label, input, value, hint, errors }: PageField): Html {
  const error = errors?.[name]
  const texts = [error && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="field">
<label for="${name}">${label}</label>
${
  error &&
  html`<p class="error" id="${name}-error">${error}</p>
`
}<input id="${name}" name="${name}" ${input}${value && html` value="${value}"`}${texts && html` aria-describedby="${texts}"`}${error && html` aria-invalid="true"`} required>
${
  hint &&
  html`<p class="hint" id="${name}-hint">${hint}</p>
`
}</div>
`
}

export const EMAIL = html`type="email" autocomplete="username" spellcheck="false" maxlength="254"`
export const NAME = html`autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254"`

/** The opening tag of the form for an endpoint. */
export const formStart =
  (base: string) =>
  (name: FormName): Html =>
    html`<form method="post" action="${base}${ENDPOINTS[name].form.path}">`

export const emailField = (say: Say, value: string | undefined, errors?: FieldErrors): Html =>
  field({ name: 'email', label: say('field.email'), input: EMAIL, value, errors })

export const nameField = (say: Say, value: string | undefined, errors?: FieldErrors): Html =>
  field({ name: 'username', label: say('field.username'), input: NAME, value, errors })

export const newPasswordField = (
  say: Say,
  label: 'field.password' | 'field.new_password',
  errors?: FieldErrors,
): Html =>
  field({
    name: 'password',
    label: say(label),
    input: html`type="password" autocomplete="new-password" minlength="8"`,
    hint: say('field.new_password_hint'),
    errors,
  })

export const passwordField = (name: string, label: string, errors?: FieldErrors): Html =>
  field({ name, label, input: html`type="password" autocomplete="current-password"`, errors })

/** Takes a code of the second factor; phones offer one that they know (`one-time-code`). */
export const codeField = (
  say: Say,
  { name = 'code', errors, hint = 'field.code_hint' }: { name?: string; errors?: FieldErrors; hint?: Word },
): Html =>
  field({
    name,
    label: say('field.code'),
    input: html`autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="100"`,
    hint: say(hint),
    errors,
  })

/** Names the account for password managers; the field is neither visible nor sent. */
export const whoseField = (login: string | null): Html | undefined =>
  login === null
    ? undefined
    : html`<input type="text" value="${login}" autocomplete="username" hidden readonly>
`

export const hiddenField = (name: string, value: string | undefined): Html =>
  html`<input type="hidden" name="${name}" value="${value}">
`
