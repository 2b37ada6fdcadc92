import { NavLink } from 'react-router-dom'
import Icon from './Icon.jsx'

const PAGES = [
  { to: '/', label: 'Roll', icon: 'roll' },
  { to: '/rate', label: 'Rate', icon: 'rate' },
  { to: '/queue', label: 'Queue', icon: 'queue' },
  { to: '/history', label: 'History', icon: 'history' },
  { to: '/analytics', label: 'Analytics', icon: 'analytics' },
  { to: '/settings', label: 'Settings', icon: 'settings' },
]

export default function Navigation() {
  return (
    <nav className="bottom-nav" aria-label="Main">
      {PAGES.map(({ to, label, icon }) => (
        <NavLink key={to} to={to} end={to === '/'} aria-label={`${label} page`} className="nav-item">
          <Icon name={icon} />
          <span>{label}</span>
        </NavLink>
      ))}
    </nav>
  )
}
