import { useEffect, useState } from 'react'
import type { FluxbaseClient } from '../src/index.js'

/** The hook that Fluxbase's document shows, word for word but for types and for where the client comes from. */
export function useAdminOfDocument(client: FluxbaseClient) {
  const [isAuthenticated, setIsAuthenticated] = useState(false)
  const [admin, setAdmin] = useState<{ email: string; role: string } | null>(null)
  const [loading, setLoading] = useState(true)

  // biome-ignore lint/correctness/useExhaustiveDependencies: as the document has it.
  useEffect(() => {
    checkAuth()
  }, [])

  async function checkAuth() {
    const token = localStorage.getItem('admin_access_token')
    if (!token) {
      setLoading(false)
      return
    }
    try {
      client.admin.setToken(token)
      const { user } = await client.admin.me()
      setAdmin(user)
      setIsAuthenticated(true)
    } catch {
      // Token invalid or expired
      localStorage.removeItem('admin_access_token')
      localStorage.removeItem('admin_refresh_token')
    } finally {
      setLoading(false)
    }
  }

  async function login(email: string, password: string) {
    const response = await client.admin.login({ email, password })
    localStorage.setItem('admin_access_token', response.access_token)
    localStorage.setItem('admin_refresh_token', response.refresh_token)
    setAdmin(response.user)
    setIsAuthenticated(true)
    return response
  }

  async function logout() {
    await client.admin.logout()
    localStorage.removeItem('admin_access_token')
    localStorage.removeItem('admin_refresh_token')
    setAdmin(null)
    setIsAuthenticated(false)
  }

  return { isAuthenticated, admin, loading, login, logout }
}
