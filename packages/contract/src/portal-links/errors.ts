import { defineErrors } from '../define/index.js'

export const portalErrors = defineErrors({
  portal_return_url_not_allowed: {
    status: 400,
    title: 'Return URL not allowed',
    detail: 'The `returnUrl` must be of an allowed origin. Add its origin to `allowedOrigins`.',
  },
  portal_user_banned: {
    status: 409,
    title: 'User banned',
    detail: 'The user is banned, so a portal would not open. Lift the ban first.',
  },
  portal_link_over: {
    status: 404,
    title: 'Link over',
    detail: 'The link was opened before, or is too old. Go back to where it came from and open another one.',
  },
  portal_session_over: {
    status: 401,
    title: 'Portal closed',
    detail: 'The portal is not open any more. Go back to where the link came from and open another one.',
  },
  portal_rate_limited: {
    status: 429,
    title: 'Too many links opened',
    detail: 'Too many links were opened. Try again in {retryAfterSeconds} s.',
  },
})
