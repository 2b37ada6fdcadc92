import { formatDateTime } from '../dates.js'

const TITLES = {
  roll: 'Rolled',
  rate: 'Rated',
  rolled_but_skipped: 'Skipped',
  reorder: 'Reordered',
  delete: 'Deleted',
}

function detailOf(event) {
  if (event.type === 'roll') {
    return event.selection_method === 'override' ? 'picked by hand' : `d${event.die} showed ${event.result}`
  }
  if (event.type === 'rate') {
    return `${event.rating?.toFixed(1)}/5.0, ${event.issues_read} read, d${event.die} → d${event.die_after}`
  }
  return null
}

export default function EventTimeline({ events }) {
  return (
    <section className="card">
      <h2>Event Timeline</h2>
      {events.length === 0 && <p className="muted">Nothing happened in this session.</p>}
      <ol id="event-timeline" className="rows timeline">
        {events.map((event) => {
          const detail = detailOf(event)
          return (
            <li key={event.id} className={`row event-${event.type}`}>
              <div className="row-body">
                <span className="row-title">
                  {TITLES[event.type] ?? event.type} {event.thread_title}
                </span>
                {detail && <span className="muted">{detail}</span>}
              </div>
              <time className="muted" dateTime={event.timestamp}>
                {formatDateTime(event.timestamp)}
              </time>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
