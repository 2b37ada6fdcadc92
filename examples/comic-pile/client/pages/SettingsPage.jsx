import { useState } from 'react'
import { messageOf } from '../api.js'
import { useSettings, useUpdateSettings } from '../hooks/useSettings.js'

const FIELDS = [
  { name: 'session_gap_hours', label: 'Session Gap (hours)', min: 1, max: 168, step: 1 },
  { name: 'start_die', label: 'Start Die', min: 4, max: 20, step: 1 },
  { name: 'rating_min', label: 'Rating Minimum', min: 0, max: 5, step: 'any' },
  { name: 'rating_max', label: 'Rating Maximum', min: 0, max: 10, step: 'any' },
  { name: 'rating_step', label: 'Rating Step', min: 0.05, max: 1, step: 'any' },
  { name: 'rating_threshold', label: 'Rating Threshold', min: 0, max: 10, step: 'any' },
]

export default function SettingsPage() {
  const { data: settings, isPending, error } = useSettings()

  return (
    <div className="page">
      <h1>Settings</h1>
      {isPending && <p className="loading">Loading...</p>}
      {error && (
        <p className="notice bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      {settings && <SettingsForm settings={settings} />}
    </div>
  )
}

function SettingsForm({ settings }) {
  const update = useUpdateSettings()
  const [values, setValues] = useState(() =>
    Object.fromEntries(FIELDS.map(({ name }) => [name, String(settings[name])])),
  )

  function submit(event) {
    event.preventDefault()
    update.mutate(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])))
  }

  return (
    <form id="settings-form" className="card form" onSubmit={submit}>
      {FIELDS.map(({ name, label, ...bounds }) => (
        <label key={name}>
          {label}
          <input
            type="number"
            required
            name={name}
            value={values[name]}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            {...bounds}
          />
        </label>
      ))}
      {update.isError && (
        <p className="notice bad" role="alert">
          {messageOf(update.error)}
        </p>
      )}
      {update.isSuccess && (
        <p className="notice ok" role="status">
          Settings saved
        </p>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={update.isPending}>
          Save Settings
        </button>
      </div>
    </form>
  )
}
