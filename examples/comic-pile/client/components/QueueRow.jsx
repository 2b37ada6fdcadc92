import { useRef, useState } from 'react'
import Icon from './Icon.jsx'

/**
 * One thread of the queue. The handle is dragged with a pointer, or moved with the arrow keys, Home and End
 * while it has the focus.
 */
export default function QueueRow({ thread, dragged, onDrag, onDrop, onStep, onEdit, onDelete }) {
  const row = useRef(null)
  const [over, setOver] = useState(false)
  const isDragged = dragged === thread.id

  function startDrag(event) {
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', String(thread.id))
    event.dataTransfer.setDragImage(row.current, 20, 20)
    onDrag(thread.id)
  }

  function allowDrop(event) {
    if (dragged === null || isDragged) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
    setOver(true)
  }

  function drop(event) {
    event.preventDefault()
    setOver(false)
    onDrop(thread)
  }

  function step(event) {
    const to = { ArrowUp: 'up', ArrowDown: 'down', Home: 'front', End: 'back' }[event.key]
    if (!to) return
    event.preventDefault()
    onStep(thread, to)
  }

  const classes = ['row', isDragged && 'dragged', over && 'drop-target'].filter(Boolean).join(' ')

  return (
    <li
      ref={row}
      className={classes}
      data-thread-id={thread.id}
      onDragOver={allowDrop}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <button
        type="button"
        className="icon-button handle"
        aria-label="Drag to reorder"
        title="Drag, or use the arrow keys"
        draggable
        onDragStart={startDrag}
        onDragEnd={() => onDrag(null)}
        onKeyDown={step}
      >
        <Icon name="handle" />
      </button>
      <div className="row-body">
        <span className="row-title">{thread.title}</span>
        <span className="muted">
          #{thread.position} · {thread.format} · {thread.issues_remaining} left
          {thread.last_rating !== null && ` · rated ${thread.last_rating.toFixed(1)}`}
        </span>
        {thread.notes && <span className="muted notes">{thread.notes}</span>}
      </div>
      {thread.is_test && <span className="badge">Test</span>}
      <button type="button" className="icon-button" aria-label="Edit thread" onClick={() => onEdit(thread)}>
        <Icon name="edit" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Delete thread"
        onClick={() => onDelete(thread)}
      >
        <Icon name="remove" />
      </button>
    </li>
  )
}
