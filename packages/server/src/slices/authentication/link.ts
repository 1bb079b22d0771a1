import type { Call } from '#kernel/call'

const pages = {
  magicLink: 'magic-link',
  passwordReset: 'password-reset',
  emailVerification: 'email-verification',
  invitation: 'invitation',
} as const

/**
 * The link of a mail: to the page that the environment has set, else to ours. Nothing that a request says has a
 * part in it, so whoever asks cannot choose where the token goes. It is in the fragment, which browsers send to
 * nobody, so that a mail filter that follows links uses nothing up.
 */
export function linkTo(call: Call, page: keyof typeof pages, token: string): string {
  const { links } = call.environment.settings
  const own = links[page]
  if (own !== undefined) return `${own}#token=${token}`
  const environment = `${call.environment.projectSlug}/${call.environment.name}`
  return `${call.publicUrl}/auth/${pages[page]}#token=${token}&environment=${environment}`
}
