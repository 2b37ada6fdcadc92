import { useState } from 'react'
import { Link, useNavigate } from 'react-router-dom'
import { messageOf } from '../api.js'
import { useCurrentSession, useDismissPending, useRate } from '../hooks/useSession.js'

const GOOD_RATING = 4.0

export default function RatePage() {
  const navigate = useNavigate()
  const { data: session, isPending } = useCurrentSession()
  const rate = useRate()
  const dismiss = useDismissPending()
  const [rating, setRating] = useState(4.0)

  if (isPending) return <p className="loading">Loading...</p>

  const thread = session?.active_thread
  if (!thread) {
    return (
      <div className="page">
        <h1>Rate Session</h1>
        <section className="card empty">
          <h2>Session Inactive</h2>
          <p className="muted">Roll the die first, then come back with what you read.</p>
          <Link to="/" className="button primary">
            Go to Roll
          </Link>
        </section>
      </div>
    )
  }

  const busy = rate.isPending || dismiss.isPending

  function submit(finishSession) {
    if (
      !session.has_restore_point &&
      !window.confirm('This session has no restore point yet, so the rating cannot be undone. Continue?')
    ) {
      return
    }
    rate.mutate({ rating, issues_read: 1, finish_session: finishSession }, { onSuccess: () => navigate('/') })
  }

  return (
    <div className="page">
      <header className="page-header">
        <h1>Rate Session</h1>
        <span className="die-label">d{session.current_die}</span>
      </header>

      <section id="thread-info" className="card">
        <h2>{thread.title}</h2>
        <p className="muted">
          {thread.format} · {thread.issues_remaining} issues left · position {thread.position}
          {thread.last_rolled_result ? ` · rolled ${thread.last_rolled_result}` : ''}
        </p>
      </section>

      <section className="card rating">
        <label htmlFor="rating-input">How was it?</label>
        <output id="rating-value" htmlFor="rating-input" className={rating >= GOOD_RATING ? 'good' : 'bad'}>
          {rating.toFixed(1)}
        </output>
        <input
          id="rating-input"
          type="range"
          min="0.5"
          max="5"
          step="0.5"
          value={rating}
          onChange={(event) => setRating(Number(event.target.value))}
        />
        <p id="queue-effect" className="muted">
          {rating >= GOOD_RATING
            ? 'Die steps down, the thread moves to the front'
            : 'Die steps up, the thread moves to the back'}
        </p>
      </section>

      <div id="error-message" className="notice bad hidden">
        {rate.isError && messageOf(rate.error)}
      </div>

      <div className="actions stacked">
        <button
          id="submit-btn"
          type="button"
          className="primary"
          disabled={busy}
          onClick={() => submit(false)}
        >
          Save & Continue
        </button>
        <button id="finish-btn" type="button" disabled={busy} onClick={() => submit(true)}>
          Finish Session
        </button>
        <button
          type="button"
          className="quiet"
          disabled={busy}
          onClick={() => dismiss.mutate(undefined, { onSuccess: () => navigate('/') })}
        >
          Skip this one
        </button>
      </div>
    </div>
  )
}
