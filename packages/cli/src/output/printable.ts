/**
 * Text that others chose, made safe to show: names and reasons may hold escape sequences that would move the
 * cursor or retitle the window, line breaks that would fake a row, and marks that turn the reading direction.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\u{fffd}')
}

/** Text cut to a length, with an ellipsis where something is missing. */
export function shortened(text: string, lengthMax: number): string {
  const characters = [...text]
  if (characters.length <= lengthMax) return text
  return `${characters.slice(0, Math.max(0, lengthMax - 1)).join('')}…`
}
