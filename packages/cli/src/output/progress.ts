import type { Context } from '../context.js'

/** A bar that shows how far long work is. */
export interface Progress {
  show(done: number, of: number): void
  /** Takes the bar away, before something else is written or at the end. */
  clear(): void
}

const widthBar = 24

/** The bar is on stderr, and only for a person who watches: stdout belongs to the result. */
export function createProgress({ stderr }: Pick<Context, 'stderr'>, what: string): Progress {
  if (!stderr.isTty) return { show() {}, clear() {} }
  let isShown = false
  return {
    show(done, of) {
      const filled = of > 0 ? Math.min(widthBar, Math.round((done / of) * widthBar)) : widthBar
      const bar = '█'.repeat(filled) + '░'.repeat(widthBar - filled)
      stderr.write(`\r\u001b[2K${what} ${bar} ${count(done)} of ${count(of)}`)
      isShown = true
    },
    clear() {
      if (isShown) stderr.write('\r\u001b[2K')
      isShown = false
    },
  }
}

/** A number as people read it: 1,203. */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** A number with its noun: 1 session, 2 sessions. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`
}
