import { type FormEvent, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient, FluxbaseError } from '../src/index.js'
import { type UseAdmin, useAdmin } from '../src/react.js'
import { useAdminOfDocument } from './use-admin-of-document.js'

/** Put in place by whoever bundles the page. */
declare const fluxbaseUrl: string

const client = createClient(fluxbaseUrl, 'pk_live_of_no_power')

/** The component of Fluxbase's document, and beside it another one that looks at the same session. */
function AdminDashboard() {
  const { isAuthenticated, admin, loading, login, logout } = useAdmin(client)
  if (loading) return <div>Loading...</div>
  if (!isAuthenticated) {
    return <LoginForm onLogin={login} />
  }
  return (
    <div>
      <h1>Welcome, {admin.email}</h1>
      <button type="button" onClick={logout}>
        Logout
      </button>
    </div>
  )
}

function LoginForm({ onLogin }: { onLogin: UseAdmin['login'] }) {
  const [problem, setProblem] = useState('')
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    try {
      await onLogin(String(form.get('email')), String(form.get('password')))
    } catch (error) {
      setProblem(error instanceof FluxbaseError ? `${error.status}: ${error.message}` : String(error))
    }
  }
  return (
    <form onSubmit={submit}>
      <input name="email" aria-label="Email" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit">Login</button>
      <p role="alert">{problem}</p>
    </form>
  )
}

function Footer() {
  const { admin } = useAdmin(client)
  return <footer>{admin ? `Signed in as ${admin.role}` : 'Nobody is signed in'}</footer>
}

function DashboardOfDocument() {
  const { isAuthenticated, admin, loading, login, logout } = useAdminOfDocument(client)
  if (loading) return <div>Loading...</div>
  if (!isAuthenticated) return <LoginForm onLogin={login} />
  return (
    <div>
      <h1>Welcome, {admin?.email}</h1>
      <button type="button" onClick={logout}>
        Logout
      </button>
    </div>
  )
}

createRoot(document.body).render(
  <StrictMode>
    {location.pathname === '/document' ? (
      <DashboardOfDocument />
    ) : (
      <>
        <AdminDashboard />
        <Footer />
      </>
    )}
  </StrictMode>,
)
