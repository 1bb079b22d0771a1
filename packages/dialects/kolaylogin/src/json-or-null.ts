/** Parses a response body. What is empty or not JSON, such as the HTML page of a proxy, counts as null. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
