/** Part of the badge's script: the login dialog over the page, for the user the page was made for. */
export const DIALOG = `
  const looks = new CSSStyleSheet()
  looks.replaceSync('dialog{--ground:#f4f3f0;--paper:#fff;--ink:#1d1c1a;--soft:#5c5953;--line:#85817a;--accent:#1f5fbf;--on:#fff;--alert:#8f1d14;--alert-ground:#fdeceb;color-scheme:light dark;' +
    'box-sizing:border-box;width:min(25rem,calc(100vw - 1rem));max-height:calc(100vh - 1rem);overflow:auto;margin:auto;padding:clamp(1rem,5vw,1.5rem);border:1px solid var(--line);border-radius:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-align:start}' +
    '@media(prefers-color-scheme:dark){dialog{--ground:#161513;--paper:#211f1d;--ink:#f1efeb;--soft:#b4afa7;--line:#7d786f;--accent:#8db8ff;--on:#0d1c33;--alert:#ffb4ab;--alert-ground:#3b1512}}' +
    'dialog::backdrop{background:rgb(0 0 0/.55)}*{box-sizing:border-box}h2{margin:0 0 .75rem;font-size:1.375rem;line-height:1.2}p{margin:0 0 1rem;overflow-wrap:anywhere}label{display:block;margin-bottom:.3rem;font-weight:600}' +
    '.field{margin-bottom:1rem}.field input{width:100%;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.5rem}input[aria-invalid]{border:2px solid var(--alert)}' +
    '.check{display:flex;gap:.6rem;align-items:center;margin-bottom:1rem}.check input{width:1.5rem;height:1.5rem;margin:0;accent-color:var(--accent)}.check label{margin:0;font-weight:400}' +
    '.buttons{display:flex;flex-wrap:wrap;gap:.5rem}.buttons button{flex:1 1 8rem;min-height:44px;padding:.5rem 1rem;font:inherit;font-weight:600;cursor:pointer;border:1px solid var(--accent);border-radius:.5rem;color:var(--on);background:var(--accent)}.buttons button[type=button]{background:none;color:var(--accent);border-color:var(--line)}.buttons button:disabled{opacity:.55}' +
    '.alert{margin-bottom:1rem;padding:.75rem;border-radius:.5rem;background:var(--alert-ground);color:var(--alert);font-weight:600}.other{margin:1rem 0 0}a{display:inline-block;min-height:24px;color:var(--accent)}.alert a{color:inherit}dialog :focus-visible{outline:3px solid var(--accent);outline-offset:2px}')
  root.adoptedStyleSheets = [style, looks]

  /** What the API's answer says in the language of the page, or else as it is. */
  const refusal = ({ code, title, detail, errors }, wait) => {
    if (code === 'invalid_credentials') return login ? words.wrong_by_name : words.wrong
    if (code === 'rate_limited' && wait) return words.wait.replace('{seconds}', wait)
    return words.problems[code] ?? errors?.[0]?.message ?? detail ?? title
  }
  let opened = null
  /** Asks for the login over the page; resolves to true for the same user, to false if the dialog is closed. */
  const logIn = () => opened?.done ?? open().done
  const open = () => {
    const field = (name, text, attributes) => {
      const input = make('input', { id: name, name, required: '', ...attributes })
      return [input, make('div', { class: 'field' }, make('label', { for: name }, text), input)]
    }
    const [email, emailField] = field('email', login ? words.username : words.login, { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: 254, value: (login ? person.username : person.email ?? person.username) ?? '' })
    const [password, passwordField] = field('password', words.password, { type: 'password', autocomplete: 'current-password', autofocus: '' })
    const shared = make('input', { id: 'shared', type: 'checkbox' })
    const submit = make('button', { type: 'submit' }, words.log_in)
    const later = make('button', { type: 'button' }, words.later)
    const wrong = make('div', { class: 'alert', id: 'wrong', role: 'alert', tabindex: '-1', hidden: '' })
    const form = make('form', { method: 'dialog', novalidate: '' }, wrong, emailField, passwordField,
      make('div', { class: 'check' }, shared, make('label', { for: 'shared' }, words.shared)),
      make('div', { class: 'buttons' }, submit, later))
    const dialog = make('dialog', { 'aria-labelledby': 'title', 'aria-describedby': 'why' },
      make('h2', { id: 'title' }, words.title),
      make('p', { id: 'why' }, named(words.text, nameOf(person))),
      form,
      make('p', { class: 'other' }, make('a', { href: pages + '/login', target: '_blank', rel: 'noopener' }, words.other_tab)))

    let end
    const done = new Promise((resolve) => { end = resolve })
    /** Shows what was wrong, with a link to the field, if there is one. */
    const say = (text, field) => {
      wrong.hidden = false
      wrong.replaceChildren(field ? make('a', { href: '#' + field.id }, text) : text)
      wrong.onclick = (event) => {
        event.preventDefault()
        field?.focus()
      }
      for (const input of [email, password])
        for (const [name, value] of [['aria-invalid', 'true'], ['aria-describedby', 'wrong']]) {
          if (input === field) input.setAttribute(name, value)
          else input.removeAttribute(name)
        }
      wrong.focus()
    }
    const close = (isSame) => {
      opened = null
      isDeclined = !isSame
      if (!isSame && !hasEnded) tellEnded()
      dialog.close()
      dialog.remove()
      end(isSame)
    }
    const settle = (who, isHere) => {
      if (opened?.dialog !== dialog) return true
      if (who === 'same') close(true)
      else if (who === 'other' && !isHere) {
        close(false)
        tellOther()
      }
      else if (who === 'other') {
        say(words.reloading)
        submit.disabled = later.disabled = true
        location.reload()
        // The page may ask whether to leave it, and the user may stay: then the waiting calls get their refusal.
        setTimeout(() => {
          if (opened?.dialog !== dialog) return
          close(false)
          tellOther()
        }, 5000)
      }
      return who === 'same' || who === 'other'
    }
    later.addEventListener('click', () => close(false))
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); if (!later.disabled) close(false) })
    dialog.addEventListener('close', () => { if (opened?.dialog === dialog) close(false) })
    // Keys typed here must not trigger the page's shortcuts.
    for (const type of ['keydown', 'keypress', 'keyup', 'input', 'paste', 'click']) dialog.addEventListener(type, (event) => event.stopPropagation())
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (submit.disabled) return
      if (!email.value.trim()) return say(login ? words.no_username : words.no_login, email)
      if (!password.value) return say(words.no_password, password)
      submit.disabled = true
      try {
        if (settle(await look(), false)) return
        const body = JSON.stringify({ email: email.value, password: password.value, shared_computer: shared.checked, in_cookie: true })
        const answer = await plain(api + '/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
        password.value = ''
        if (answer.ok && (await answer.clone().json()).mfa_token) return say(words.factor)
        if (answer.ok) return void (settle(await look(), true) || say(words.unknown))
        say(refusal(await answer.json(), answer.headers.get('Retry-After')), answer.status === 401 ? password : undefined)
      } catch {
        say(words.unknown)
      } finally {
        if (!later.disabled) submit.disabled = false
      }
    })

    opened = { done, dialog, settle }
    attach()
    root.append(dialog)
    dialog.showModal()
    return opened
  }
  // A user who has logged in in another tab comes back to this one.
  addEventListener('focus', async () => {
    if (!opened && !hasEnded) return
    const who = await look()
    if (opened) opened.settle(who, false)
    else if (who === 'other') tellOther()
  })
  /**
   * Whether the user this page was made for is logged in again; reads do not open the dialog again for a user
   * who closed it.
   */
  const isBack = async (isRead) => {
    const who = opened ? 'anonymous' : await look()
    if (who === 'anonymous' && isRead && isDeclined && !opened) return false
    if (who === 'anonymous') return logIn()
    if (who === 'other') tellOther()
    return who === 'same'
  }
`
