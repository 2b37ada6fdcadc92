import { useEffect, useId, useRef } from 'react'
import Icon from './Icon.jsx'

/** A dialog of the browser's own kind: focus stays inside and Escape closes it. */
export default function Modal({ title, onClose, children }) {
  const dialog = useRef(null)
  const titleId = useId()

  useEffect(() => {
    const element = dialog.current
    if (!element.open) element.showModal()
    return () => element.close()
  }, [])

  return (
    <dialog ref={dialog} className="modal" aria-labelledby={titleId} onCancel={onClose}>
      <header className="modal-header">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
