/** The items of each key, in their order; keys in the order of their first items. */
export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** What there is of some names, in their order; undefined where there is nothing. */
export function inOrderOf<Name, Item>(
  names: readonly Name[],
  items: readonly Item[],
  nameOf: (item: Item) => Name,
): (Item | undefined)[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]))
  return names.map((name) => byName.get(name))
}
