/**
 * Makes an element. Text becomes text nodes and nothing else, so whatever a document says stays text.
 * A property that is undefined or false is left out; `data` and `on` hold attributes and listeners.
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name)
  for (const [property, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (property === 'data') Object.assign(made.dataset, value)
    else if (property === 'on') listen(made, value)
    else made.setAttribute(property, value === true ? '' : String(value))
  }
  made.append(...children.flat(Infinity).filter(isShown))
  return made
}

/** A sentence as the contract writes it: `backticks` mark code, {braces} what an occurrence fills in. */
export function prose(text) {
  return text.split(/(`[^`]+`|\{\w+\})/).map((part) => {
    if (part.startsWith('`')) return element('code', {}, part.slice(1, -1))
    return part.startsWith('{') ? element('var', {}, part.slice(1, -1)) : part
  })
}

function listen(made, listeners) {
  for (const [type, listener] of Object.entries(listeners)) made.addEventListener(type, listener)
}

function isShown(child) {
  return child !== undefined && child !== null && child !== false && child !== ''
}
