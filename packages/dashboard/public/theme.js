/*
 * The theme of the page: what the person chose here before, else what the system prefers.
 * A classic script in the head, so that the first paint has the right colours.
 */
;(() => {
  const key = 'claviger-theme'
  const root = document.documentElement
  const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)')

  function chosen() {
    try {
      return localStorage.getItem(key)
    } catch {
      // Storage may be forbidden; the page then follows the system.
      return null
    }
  }

  function remember(theme) {
    try {
      if (theme) localStorage.setItem(key, theme)
      else localStorage.removeItem(key)
    } catch {
      // The choice then lasts as long as the page.
    }
  }

  function system() {
    return systemIsDark.matches ? 'dark' : 'light'
  }

  function apply(theme) {
    root.dataset.theme = theme
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      const other = theme === 'dark' ? 'light' : 'dark'
      button.setAttribute('aria-label', `Change to the ${other} theme`)
    }
  }

  function toggle() {
    const theme = root.dataset.theme === 'dark' ? 'light' : 'dark'
    // Back at what the system prefers, the page follows the system again.
    remember(theme === system() ? null : theme)
    apply(theme)
  }

  apply(chosen() ?? system())
  systemIsDark.addEventListener('change', () => apply(chosen() ?? system()))
  document.addEventListener('DOMContentLoaded', () => {
    apply(root.dataset.theme)
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      button.hidden = false
      button.addEventListener('click', toggle)
    }
  })
})()
