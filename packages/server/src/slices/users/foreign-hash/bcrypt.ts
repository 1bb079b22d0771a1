import { verify } from '@node-rs/bcrypt'
import { limit, type Scheme } from './scheme.js'

const shape = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** `$2b$12$…`. As everywhere, nothing after the 72nd byte of a password counts. */
export const bcrypt: Scheme = (text) => {
  const [, cost] = shape.exec(text) ?? []
  if (cost === undefined) return undefined
  limit('cost', Number(cost), 14)
  return (password) => verify(password, text)
}
