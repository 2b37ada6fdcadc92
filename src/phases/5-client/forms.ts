import { type Html, html } from './page-html.js'

export interface FormValues {
  /** what was typed last time; passwords and codes are never shown again */
  email?: string
  /** of a one-time link */
  token?: string
  /** where to go afterwards, checked */
  next: string
}

export interface Forms {
  login(values: FormValues): Html
  register(values: FormValues): Html
  logout(): Html
  reset(values: FormValues): Html
}

/** The forms: plain HTML that works without script, with names and hints password managers know. */
export function forms(base: string, registrationOpen: () => boolean): Forms {
  const withNext = (path: string, next: string) =>
    `${base}/${path}${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`

  return {
    login: ({ email, next }) => html`<form method="post" action="${base}/login">
<input type="hidden" name="next" value="${next}">
<div class="field">
<label for="email">E-mail or user name</label>
<input id="email" name="email" value="${email}" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" maxlength="254" required>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
</div>
<button type="submit">Log in</button>
</form>
<p class="other">No account yet? <a href="${withNext('register', next)}">Register</a></p>
`,

    register: ({ email, next }) => html`<form method="post" action="${base}/register">
<input type="hidden" name="next" value="${next}">
${registrationOpen() ? undefined : CLAIM_FIRST}
<div class="field">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="username" spellcheck="false" maxlength="254" required>
</div>
${newPassword('Password')}
${claimCode(!registrationOpen())}
<button type="submit">Register</button>
</form>
<p class="other">Registered already? <a href="${withNext('login', next)}">Log in</a></p>
`,

    logout: () => html`<form method="post" action="${base}/logout">
<p>You will need your password to come back.</p>
<button type="submit">Log out</button>
</form>
<p class="other"><a href="/">Back to the app</a></p>
`,

    reset: ({ token }) => html`<form method="post" action="${base}/reset">
<input type="hidden" name="token" value="${token}">
${newPassword('New password')}
<button type="submit">Set the password</button>
</form>
<p class="other">Every login there is now ends with it.</p>
`,
  }
}

const newPassword = (label: string) => html`<div class="field">
<label for="password">${label}</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="8" aria-describedby="password-hint" required>
<p class="hint" id="password-hint">8 to 128 characters. Anything goes; longer is better.</p>
</div>`

const CLAIM_FIRST = html`<p class="note">For now only the owner can register, with the claim code. It brings along everything that is in here already.</p>`

const claimCode = (required: boolean) => html`<div class="field">
<label for="claim_code">Claim code${required ? undefined : html` <span class="optional">(only the owner has one)</span>`}</label>
<input id="claim_code" name="claim_code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="200" aria-describedby="claim-hint"${required ? html` required` : undefined}>
<p class="hint" id="claim-hint">It makes you the owner of what is in here already. Whoever runs the server sees it at the start, or with <code>usertwo claim</code>.</p>
</div>`
