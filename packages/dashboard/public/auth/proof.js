/**
 * The pages that links in mails lead to. The token is in the fragment, which no server sees, and is sent only when
 * a person presses the button: programs that look at links before people do use nothing up.
 */

const acts = {
  'magic-link': { path: 'auth/magic-link/verify', done: 'You are signed in. You can close this page.' },
  'password-reset': { path: 'auth/password/reset/confirm', done: 'The password is set. Sign in with it.' },
  administrator: { path: '../invitations/accept', done: 'You are signed in. You can close this page.' },
  'email-verification': { path: 'auth/email/verification/confirm', done: 'The address is confirmed.' },
  invitation: {
    path: 'orgs/invitations/accept',
    done: 'You are a member now. You can close this page.',
    needsSession: true,
  },
}

const form = document.querySelector('[data-proof]')
const outcome = document.querySelector('[data-outcome]')
const { path, done, needsSession } = acts[form.dataset.proof]
const link = new URLSearchParams(location.hash.slice(1))
// What is in the address bar ends up in the history and on screenshots.
history.replaceState(null, '', location.pathname)

function say(text) {
  outcome.textContent = text
  outcome.hidden = false
}

function post(path, body) {
  return fetch(`../v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(link.has('environment') && { 'claviger-environment': link.get('environment') }),
    },
    body: JSON.stringify(body),
  })
}

async function send() {
  // Who signed in a while ago has a session token that is over, and so needs another one.
  if (needsSession && (await post('auth/sessions/refresh', {})).status === 401) {
    return say(
      'Sign in with the address that was invited, in another tab. Then come back and press the button.',
    )
  }
  const newPassword = form.elements.password?.value
  const response = await post(path, {
    token: link.get('token') ?? '',
    ...(newPassword && { newPassword }),
  })
  if (!response.ok) return say((await response.json()).detail)
  form.hidden = true
  say(done)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  await send().catch(() => say('The server does not answer. Try again.'))
  button.disabled = false
})

if (!link.get('token')) {
  form.hidden = true
  say('This link is not complete. Open it from the mail again.')
}
