import type { Context, Output } from '../context.js'

const codes = { bold: 1, dim: 2, red: 31, green: 32 } as const
export type Colour = keyof typeof codes

export type Paint = (text: string, colour: Colour) => string

/** Colours for a terminal, unless the person has asked for none (no-color.org). */
export function paintFor(output: Output, env: Context['env']): Paint {
  const isColourful = output.isTty && !env.NO_COLOR && env.TERM !== 'dumb'
  return (text, colour) => (isColourful ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text)
}
