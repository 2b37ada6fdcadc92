import { Route, Routes } from 'react-router-dom'
import Navigation from './components/Navigation.jsx'
import AnalyticsPage from './pages/AnalyticsPage.jsx'
import HistoryPage from './pages/HistoryPage.jsx'
import QueuePage from './pages/QueuePage.jsx'
import RatePage from './pages/RatePage.jsx'
import RollPage from './pages/RollPage.jsx'
import SessionPage from './pages/SessionPage.jsx'
import SettingsPage from './pages/SettingsPage.jsx'

export default function App() {
  return (
    <>
      <main>
        <Routes>
          <Route path="/" element={<RollPage />} />
          <Route path="/rate" element={<RatePage />} />
          <Route path="/queue" element={<QueuePage />} />
          <Route path="/history" element={<HistoryPage />} />
          <Route path="/sessions/:id" element={<SessionPage />} />
          <Route path="/analytics" element={<AnalyticsPage />} />
          <Route path="/settings" element={<SettingsPage />} />
        </Routes>
      </main>
      <Navigation />
    </>
  )
}
