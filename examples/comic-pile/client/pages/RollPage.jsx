import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router-dom'
import { messageOf } from '../api.js'
import Die from '../components/Die.jsx'
import DieSelector from '../components/DieSelector.jsx'
import OverrideModal from '../components/OverrideModal.jsx'
import { daysSince } from '../dates.js'
import { useClearManualDie, useCurrentSession, useOverride, useRoll, useSetDie } from '../hooks/useSession.js'
import { useStaleThreads, useThreads } from '../hooks/useThreads.js'

const ROLL_ANIMATION_MS = 1200
const STALE_DAYS = 7

export default function RollPage() {
  const navigate = useNavigate()
  const { data: session } = useCurrentSession()
  const { data: threads } = useThreads()
  const { data: stale = [] } = useStaleThreads(STALE_DAYS)
  const roll = useRoll()
  const override = useOverride()
  const setDie = useSetDie()
  const clearDie = useClearManualDie()
  const [rolling, setRolling] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const timer = useRef(null)

  useEffect(() => () => clearTimeout(timer.current), [])

  if (!session) return <p className="loading">Loading...</p>

  const active = (threads ?? []).filter((thread) => thread.status === 'active' && thread.position >= 1)
  const pool = active.slice(0, session.current_die)
  const failed = [roll, setDie, clearDie].find((mutation) => mutation.isError)

  function startRoll() {
    if (rolling) return
    setRolling(true)
    timer.current = setTimeout(() => {
      roll.mutate(undefined, {
        onSuccess: () => navigate('/rate'),
        onError: () => setRolling(false),
      })
    }, ROLL_ANIMATION_MS)
  }

  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Pile Roller</h1>
          {session.has_restore_point && <span className="badge good">Session Safe</span>}
        </div>
        <span id="header-die-label" className="die-label">
          d{session.current_die}
        </span>
      </header>

      <DieSelector
        session={session}
        disabled={rolling || setDie.isPending || clearDie.isPending}
        onPick={setDie.mutate}
        onAuto={() => clearDie.mutate()}
      />

      <section className="die-stage">
        <Die sides={session.current_die} rolling={rolling} onRoll={startRoll} />
        <p id="tap-instruction" className="muted">
          {rolling ? 'Rolling...' : 'Tap Die to Roll'}
        </p>
        <button type="button" onClick={() => setChoosing(true)} disabled={rolling}>
          Override
        </button>
      </section>

      {failed && (
        <p className="notice bad" role="alert">
          {messageOf(failed.error)}
        </p>
      )}
      {stale.length > 0 && <StaleNotice thread={stale[0]} others={stale.length - 1} />}
      {threads && <RollPool pool={pool} />}

      {choosing && (
        <OverrideModal
          threads={active}
          busy={override.isPending}
          error={override.isError ? messageOf(override.error) : null}
          onClose={() => setChoosing(false)}
          onChoose={(threadId) => override.mutate(threadId, { onSuccess: () => navigate('/rate') })}
        />
      )}
    </div>
  )
}

function StaleNotice({ thread, others }) {
  const days = daysSince(thread.last_activity_at)
  return (
    <p className="notice warn">
      <strong>{thread.title}</strong>{' '}
      {days === null ? 'was never touched' : `was not touched for ${days} days`}
      {others > 0 && `, and ${others} more ${others === 1 ? 'is' : 'are'} going stale`}
    </p>
  )
}

function RollPool({ pool }) {
  if (pool.length === 0) {
    return (
      <section className="card empty">
        <h2>Queue Empty</h2>
        <p className="muted">Add a thread on the Queue page to have something to roll for.</p>
      </section>
    )
  }
  return (
    <section className="card">
      <h2>Roll Pool</h2>
      <ol id="roll-pool" className="rows">
        {pool.map((thread, index) => (
          <li key={thread.id} className="row">
            <span className="slot">{index + 1}</span>
            <span className="row-title">{thread.title}</span>
            <span className="muted">{thread.format}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
