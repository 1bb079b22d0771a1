import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createClient } from './index.js'
import { useAdmin } from './react.js'

test('useAdmin renders on a server, where it is not known who will look', () => {
  const client = createClient('https://id.example.com', 'pk_live_x')
  function Page() {
    const { isAuthenticated, admin, loading } = useAdmin(client)
    return createElement('p', null, JSON.stringify([isAuthenticated, admin, loading]))
  }
  expect(renderToString(createElement(Page))).toBe('<p>[false,null,true]</p>')
})
