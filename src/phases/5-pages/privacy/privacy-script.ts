/**
 * The script of the page of a user's data: downloads the export with a progress bar. Where the server answers with something
 * else, such as the page that asks for the password, the form is sent as usual.
 */
export const PRIVACY_SCRIPT = `'use strict'
const LINES = 'application/x-ndjson'
const form = document.querySelector('form[data-done]')
const bar = form.querySelector('progress')
const message = form.querySelector('[role=status]')

const piecesOf = async (answer) => {
  const pieces = []
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let rest = ''; ;) {
    const { value, done } = await reader.read()
    if (done) return pieces
    const lines = (rest + value).split('\\n')
    rest = lines.pop()
    for (const line of lines) {
      const { part, zip } = JSON.parse(line)
      pieces.push(Uint8Array.from(atob(zip), (one) => one.charCodeAt(0)))
      bar.value = part
    }
  }
}
const save = (pieces, name) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(pieces, { type: 'application/zip' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  message.textContent = ''
  bar.value = 0
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { Accept: LINES }, body: new URLSearchParams() })
    if (answer.headers.get('Content-Type') !== LINES) return form.submit()
    bar.hidden = false
    save(await piecesOf(answer), /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition'))[1])
    message.textContent = form.dataset.done
  } catch {
    message.textContent = form.dataset.failed
  }
  bar.hidden = true
  for (const button of document.querySelectorAll('button[type=submit]')) button.disabled = false
})
`
