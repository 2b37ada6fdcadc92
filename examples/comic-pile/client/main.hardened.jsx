import './account/client.js' // edit 3: before whatever makes calls
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router-dom'
import App from './App.jsx'
import AccountBar from './account/AccountBar.jsx'
import { queryClient } from './account/client.js'
import './styles.css'

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <AccountBar />
        <App />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
)
