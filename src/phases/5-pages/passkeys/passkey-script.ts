/**
 * The script of the pages with passkeys. It asks the browser for one, and sends the answer with the form of its page.
 * Browsers from before 2025 do not read options from JSON, so it does where they do not (W3C, Web Authentication, 5.1.8).
 */
export const PASSKEY_SCRIPT = `'use strict'
const form = document.querySelector('form[data-passkey]')
const button = form.querySelector('button')
const message = form.querySelector('[role=alert]')
const creates = 'creates' in form.dataset
const has = window.PublicKeyCredential
const options = JSON.parse(form.dataset.passkey)
const shared = document.getElementById('shared_computer')

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))
const encoded = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))
const readOptions = () => {
  if (creates && has.parseCreationOptionsFromJSON) return has.parseCreationOptionsFromJSON(options)
  if (!creates && has.parseRequestOptionsFromJSON) return has.parseRequestOptionsFromJSON(options)
  const read = { ...options, challenge: bytes(options.challenge) }
  if (!creates) return { ...read, allowCredentials: withBytes(options.allowCredentials) }
  return { ...read, user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: withBytes(options.excludeCredentials) }
}
const inJson = (credential) => {
  const { id, type, response } = credential
  const answer = { clientDataJSON: encoded(response.clientDataJSON) }
  if (creates) Object.assign(answer, { attestationObject: encoded(response.attestationObject), transports: response.getTransports?.() ?? [] })
  else Object.assign(answer, { authenticatorData: encoded(response.authenticatorData), signature: encoded(response.signature), userHandle: encoded(response.userHandle) })
  return { id, rawId: id, type, response: answer }
}
const send = (credential) => {
  form.elements.credential.value = JSON.stringify(inJson(credential))
  if (shared) form.elements.shared_computer.disabled = !shared.checked
  form.requestSubmit()
}

// The field for the login lists passkeys, until the button asks for one.
const listing = { abort() {} }
const list = async () => {
  if (creates || !(await has.isConditionalMediationAvailable?.())) return
  const until = new AbortController()
  listing.abort = () => until.abort()
  const given = { publicKey: readOptions(), mediation: 'conditional', signal: until.signal }
  navigator.credentials.get(given).then(send, () => {})
}

button.addEventListener('click', async () => {
  if (!has) return
  message.textContent = ''
  listing.abort()
  button.disabled = true
  try {
    send(await navigator.credentials[creates ? 'create' : 'get']({ publicKey: readOptions() }))
  } catch {
    message.textContent = form.dataset.failed
    button.disabled = false
    list()
  }
})
// A page that is restored from the browser's history still has its button disabled.
window.addEventListener('pageshow', () => { button.disabled = false })
if (has) {
  form.hidden = false
  form.querySelector('.note')?.remove()
  list()
}
`
