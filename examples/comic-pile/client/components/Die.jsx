import { FACES } from './dieFaces.js'

/** The big die. It tumbles while `rolling`. */
export default function Die({ sides, rolling, onRoll }) {
  return (
    <button
      type="button"
      id="main-die-3d"
      className={rolling ? 'die rolling' : 'die'}
      aria-label={`Roll the die of ${sides} sides`}
      disabled={rolling}
      onClick={onRoll}
    >
      <svg viewBox="0 0 100 100" aria-hidden="true" focusable="false">
        {(FACES[sides] ?? FACES[6]).map(([shade, points]) => (
          <polygon key={points} className={`face face-${shade}`} points={points} />
        ))}
        <text x="50" y="53" className="die-number">
          {sides}
        </text>
      </svg>
    </button>
  )
}
