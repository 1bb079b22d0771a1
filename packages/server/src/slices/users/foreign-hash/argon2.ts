import { verify } from '@node-rs/argon2'
import { limit, memoryBytesMax, type Scheme } from './scheme.js'

const shape =
  /^\$argon2(?:id|i|d)\$v=\d\d\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172}$/
/** Passes over one KiB: three over 192 MiB. */
const workMax = 3 * 192 * 1024

/** `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`, also of argon2i and argon2d. */
export const argon2: Scheme = (text) => {
  const [, memory, passes, lanes] = shape.exec(text) ?? []
  if (memory === undefined) return undefined
  limit('memory cost in KiB', Number(memory), memoryBytesMax / 1024)
  limit('number of passes', Number(passes), Math.floor(workMax / Number(memory)))
  limit('number of lanes', Number(lanes), 16)
  return (password) => verify(text, password)
}
