/**
 * The fields of a form as OAuth reads them (RFC 6749 section 3.2): one without a value counts as left out, and one that
 * is there twice is a list, which no field of ours may be.
 */
export function readForm(text: string): Record<string, unknown> {
  const form = new URLSearchParams(text)
  const fields = [...new Set(form.keys())].map((name) => [name, form.getAll(name)] as const)
  return Object.fromEntries(
    fields
      .filter(([, values]) => values.some((value) => value !== ''))
      .map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
}
