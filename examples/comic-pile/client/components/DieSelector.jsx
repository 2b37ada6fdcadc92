import { LADDER } from '../dice.js'

/** One button per die of the ladder, and "Auto" for the die that the ratings lead to. */
export default function DieSelector({ session, disabled, onPick, onAuto }) {
  return (
    <fieldset id="die-selector" className="die-selector" disabled={disabled}>
      <legend className="visually-hidden">Die size</legend>
      {LADDER.map((die) => (
        <button
          key={die}
          type="button"
          aria-pressed={session.current_die === die}
          onClick={() => onPick(die)}
        >
          d{die}
        </button>
      ))}
      <button type="button" aria-pressed={session.manual_die === null} onClick={onAuto}>
        Auto
      </button>
    </fieldset>
  )
}
