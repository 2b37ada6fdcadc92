import { useState } from 'react'
import { messageOf } from '../api.js'
import CompletedThreads from '../components/CompletedThreads.jsx'
import QueueRow from '../components/QueueRow.jsx'
import ThreadForm from '../components/ThreadForm.jsx'
import {
  useCreateThread,
  useDeleteThread,
  useMoveTo,
  useMoveToBack,
  useMoveToFront,
  useThreads,
  useUpdateThread,
} from '../hooks/useThreads.js'

export default function QueuePage() {
  const { data: threads, isPending, error } = useThreads()
  const create = useCreateThread()
  const update = useUpdateThread()
  const remove = useDeleteThread()
  const moveTo = useMoveTo()
  const moveToFront = useMoveToFront()
  const moveToBack = useMoveToBack()
  const [dragged, setDragged] = useState(null)
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState(null)

  if (isPending) return <p className="loading">Loading...</p>

  const active = (threads ?? []).filter((thread) => thread.status === 'active')
  const completed = (threads ?? []).filter((thread) => thread.status === 'completed')
  const failed = [remove, moveTo, moveToFront, moveToBack].find((mutation) => mutation.isError)

  function drop(target) {
    if (dragged !== null) moveTo.mutate({ id: dragged, position: target.position })
    setDragged(null)
  }

  function step(thread, to) {
    if (to === 'front') return moveToFront.mutate(thread.id)
    if (to === 'back') return moveToBack.mutate(thread.id)
    const neighbour = active[active.indexOf(thread) + (to === 'up' ? -1 : 1)]
    if (neighbour) moveTo.mutate({ id: thread.id, position: neighbour.position })
  }

  function confirmDelete(thread) {
    if (window.confirm(`Delete "${thread.title}"? This cannot be undone.`)) remove.mutate(thread.id)
  }

  function close() {
    setAdding(false)
    setEditing(null)
    create.reset()
    update.reset()
  }

  return (
    <div className="page">
      <header className="page-header">
        <h1>Read Queue</h1>
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          Add Thread
        </button>
      </header>

      {(error || failed) && (
        <p className="notice bad" role="alert">
          {messageOf(error ?? failed.error)}
        </p>
      )}

      <section className="card">
        {active.length === 0 && <p className="muted">The queue is empty.</p>}
        <ol id="queue-container" className="rows">
          {active.map((thread) => (
            <QueueRow
              key={thread.id}
              thread={thread}
              dragged={dragged}
              onDrag={setDragged}
              onDrop={drop}
              onStep={step}
              onEdit={setEditing}
              onDelete={confirmDelete}
            />
          ))}
        </ol>
      </section>

      <CompletedThreads threads={completed} />

      {adding && (
        <ThreadForm
          mutation={create}
          onClose={close}
          onSave={(fields) => create.mutate(fields, { onSuccess: close })}
        />
      )}
      {editing && (
        <ThreadForm
          thread={editing}
          mutation={update}
          onClose={close}
          onSave={(fields) => update.mutate({ id: editing.id, ...fields }, { onSuccess: close })}
        >
          <div className="actions">
            <button type="button" onClick={() => moveToFront.mutate(editing.id, { onSuccess: close })}>
              Move to Front
            </button>
            <button type="button" onClick={() => moveToBack.mutate(editing.id, { onSuccess: close })}>
              Move to Back
            </button>
          </div>
        </ThreadForm>
      )}
    </div>
  )
}
