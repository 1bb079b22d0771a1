import { copyButton, plainBlock } from './code-block.js'
import { element } from './element.js'

const key = 'claviger-example'

/** The same request in several languages. Who chooses one chooses it for every operation. */
export function exampleTabs(id, examples) {
  const list = element('div', {
    class: 'tabs',
    role: 'tablist',
    'aria-label': `Language of the example of ${id}`,
  })
  const panels = examples.map(({ name, text }) => {
    const tabId = `tab-${name}-${id}`
    const panelId = `panel-${name}-${id}`
    list.append(
      element(
        'button',
        { role: 'tab', id: tabId, type: 'button', 'aria-controls': panelId, data: { language: name } },
        name,
      ),
    )
    return element(
      'div',
      { role: 'tabpanel', id: panelId, 'aria-labelledby': tabId, data: { language: name } },
      element('div', { class: 'code' }, plainBlock(text)),
    )
  })
  list.addEventListener('click', ({ target }) => target.dataset.language && choose(target))
  list.addEventListener('keydown', moveByArrow)
  const shown = () => panels.find((panel) => !panel.hidden).querySelector('pre')
  const head = element('div', { class: 'example-head' }, list, copyButton(shown, `the example of ${id}`))
  const tabs = element('div', { class: 'example' }, head, panels)
  select(tabs, remembered() ?? examples[0].name)
  return tabs
}

function moveByArrow(event) {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
  const next = event.key === 'ArrowRight' ? 'nextElementSibling' : 'previousElementSibling'
  const tab = event.target[next]
  if (tab) choose(tab)
}

/** Every example above the tab may change its height; the tab stays where the person sees it. */
function choose(tab) {
  const { language } = tab.dataset
  const before = tab.getBoundingClientRect().top
  for (const tabs of document.querySelectorAll('.example')) select(tabs, language)
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: 'instant' })
  tab.focus()
  try {
    localStorage.setItem(key, language)
  } catch {
    // The choice then lasts as long as the page.
  }
}

function select(tabs, language) {
  for (const tab of tabs.querySelectorAll('[role=tab]')) {
    const isChosen = tab.dataset.language === language
    tab.setAttribute('aria-selected', String(isChosen))
    tab.tabIndex = isChosen ? 0 : -1
  }
  for (const panel of tabs.querySelectorAll('[role=tabpanel]'))
    panel.hidden = panel.dataset.language !== language
}

function remembered() {
  try {
    const language = localStorage.getItem(key)
    return language === 'curl' || language === 'SDK' ? language : undefined
  } catch {
    return undefined
  }
}
