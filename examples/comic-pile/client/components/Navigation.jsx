import { NavLink } from 'react-router-dom'

const PAGES = [
  { to: '/', label: 'Roll', icon: '🎲' },
  { to: '/rate', label: 'Rate', icon: '⭐' },
  { to: '/queue', label: 'Queue', icon: '📚' },
  { to: '/history', label: 'History', icon: '🕘' },
  { to: '/analytics', label: 'Analytics', icon: '📊' },
  { to: '/settings', label: 'Settings', icon: '⚙️' },
]

export default function Navigation() {
  return (
    <nav className="bottom-nav" aria-label="Main">
      {PAGES.map(({ to, label, icon }) => (
        <NavLink key={to} to={to} end={to === '/'} aria-label={`${label} page`} className="nav-item">
          <span className="nav-icon" aria-hidden="true">
            {icon}
          </span>
          <span className="nav-label">{label}</span>
        </NavLink>
      ))}
    </nav>
  )
}
