import { LADDER } from '../domain/dice.js'
import { escapeHtml } from './escape-html.js'

export const message = (text) => `<div class="message">${escapeHtml(text)}</div>\n`

export const pendingAlert = (thread) => `<div class="alert" id="pending-alert">
  You were about to read <strong>${escapeHtml(thread.title)}</strong>.
  <button onclick="fetch('/api/roll/dismiss-pending', { method: 'POST' }).then(() => this.parentNode.remove())">Dismiss</button>
</div>
`

const die = (size, current) =>
  `<button class="die${size === current ? ' current' : ''}" onclick="setDie(${size})">d${size}</button>`

export const diceGrid = (rolled) => `<div class="dice-grid" data-result="${rolled.result}">
  ${LADDER.map((size) => die(size, rolled.die_size)).join('\n  ')}
</div>
<div class="rolled" id="result">${escapeHtml(rolled.title)} (rolled ${rolled.result} on a d${rolled.die_size})</div>
`

export const ratingForm = (rolled) => `<form id="rating-form" data-thread="${rolled.thread_id}">
  <input type="range" name="rating" min="0.5" max="5" step="0.5" value="4.0">
  <input type="number" name="issues_read" min="1" value="1">
  <button type="submit">Save</button>
</form>
`

export const rollScript = `<script>
  function setDie(size) {
    fetch('/api/roll/set-die?die=' + size, { method: 'POST' })
  }
  document.getElementById('rating-form').addEventListener('submit', function (event) {
    event.preventDefault()
    var form = new FormData(event.target)
    fetch('/api/rate/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ rating: Number(form.get('rating')), issues_read: Number(form.get('issues_read')) })
    }).then(function () { location.reload() })
  })
</script>
`
