import type { EmailKind } from '@claviger/contract'
import type { Content } from './content.js'

/** What a mail of each kind has to be told. */
export interface EmailData {
  password_reset: Link
  magic_link: Link
  email_code: { readonly code: string; readonly minutes: number }
  email_verification: Link
  invitation: {
    readonly organization: string
    /** Undefined where a backend invites. */
    readonly inviter: string | undefined
    readonly url: string
    readonly days: number
  }
  new_device: { readonly device: string; readonly address: string | null; readonly at: string }
  user_invitation: Link
  administrator_invitation: Link
}
interface Link {
  readonly url: string
  readonly minutes: number
}

interface Letter {
  readonly subject: string
  readonly lines: readonly string[]
  /** What the mail tells of, each on a line of its own. */
  readonly facts?: readonly string[]
  readonly button?: { readonly label: string; readonly url: string }
  /** What is to be typed off. */
  readonly code?: string
}

const unasked = 'If you did not ask for this, ignore this mail: nothing will happen.'

const letters: { readonly [K in EmailKind]: (data: EmailData[K], product: string) => Letter } = {
  password_reset: ({ url, minutes }, product) => ({
    subject: `Reset your password for ${product}`,
    lines: [`The button lets you choose a new password. It works once, within ${minutes} minutes.`, unasked],
    button: { label: 'Choose a new password', url },
  }),
  magic_link: ({ url, minutes }, product) => ({
    subject: `Sign in to ${product}`,
    lines: [`The button signs you in. It works once, within ${minutes} minutes.`, unasked],
    button: { label: 'Sign in', url },
  }),
  email_code: ({ code, minutes }, product) => ({
    subject: `Your code for ${product}`,
    lines: [
      `Type this code to sign in. It works once, within ${minutes} minutes. Tell it to nobody.`,
      unasked,
    ],
    code,
  }),
  email_verification: ({ url, minutes }, product) => ({
    subject: `Confirm your address for ${product}`,
    lines: [
      `The button confirms that this address is yours. It works once, within ${minutes / 60} hours.`,
      unasked,
    ],
    button: { label: 'Confirm the address', url },
  }),
  invitation: ({ organization, inviter, url, days }, product) => ({
    subject: `Join ${organization} on ${product}`,
    lines: [
      `${inviter === undefined ? 'You are invited' : `${inviter} invites you`} to join ${organization}.`,
      `Sign in with this address to accept. The invitation works once, within ${days} days.`,
      'If you do not know why you got it, ignore this mail: nothing will happen.',
    ],
    button: { label: 'Accept the invitation', url },
  }),
  user_invitation: ({ url, minutes }, product) => ({
    subject: `Your account for ${product}`,
    lines: [
      `There is an account for you on ${product}. The button lets you choose a password. It works once, within ` +
        `${minutes / 60 / 24} days.`,
      'If you do not know why, ignore this mail.',
    ],
    button: { label: 'Choose a password', url },
  }),
  administrator_invitation: ({ url, minutes }, product) => ({
    subject: `Administer ${product}`,
    lines: [
      `You are invited to administer ${product}. The button works once, within ${minutes / 60 / 24} days.`,
      'If you do not know why, ignore this mail.',
    ],
    button: { label: 'Accept the invitation', url },
  }),
  new_device: ({ device, address, at }, product) => ({
    subject: `New sign-in to ${product}`,
    lines: [
      'Somebody signed in to your account on a device that was not used for it before:',
      'If that was you, there is nothing to do. If not, choose a new password at once: it ends every session.',
    ],
    facts: [device, ...(address === null ? [] : [address]), `${at.slice(0, 16).replace('T', ' ')} UTC`],
  }),
}

/** Writes a mail, as text and as HTML. Whatever is put into it is text in both, and in the subject one line. */
export function render<K extends EmailKind>(kind: K, data: EmailData[K], product: string): Content {
  const { subject, lines, facts = [], button, code } = letters[kind](data, product)
  const act = [...facts, button?.url ?? code ?? ''].filter(Boolean)
  const [first = '', ...rest] = lines
  return {
    subject: oneLine(subject),
    text: [[first], act, ...rest.map((line) => [line])]
      .map((part) => part.map((line) => `${oneLine(line)}\n`).join(''))
      .join('\n'),
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8">',
      `<title>${escaped(oneLine(subject))}</title></head>`,
      '<body style="font-family:sans-serif;line-height:1.5;max-width:32rem;margin:2rem auto">',
      `<p>${escaped(first)}</p>`,
      facts.length > 0 ? `<p>${facts.map((fact) => escaped(fact)).join('<br>')}</p>` : '',
      button ? `<p><a href="${escaped(button.url)}">${escaped(button.label)}</a></p>` : '',
      code ? `<p style="font-size:2rem;letter-spacing:.25em">${escaped(code)}</p>` : '',
      ...rest.map((line) => `<p>${escaped(line)}</p>`),
      '</body></html>',
    ]
      .filter(Boolean)
      .join('\n'),
  }
}

/** A line break would begin another header, or look like another paragraph of ours (RFC 5322 section 2.2). */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
