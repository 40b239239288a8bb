import * as accord from "__SCRIPT__"
await accord.default({ module_or_path: "__WEBASSEMBLY__" })
accord.hydrate()
const around = []
async function wake(node) {
  const island = node.localName == "leptos-island", children = node.localName == "leptos-children"
  if (island) {
    around.at(-1)?.()
    await accord[node.dataset.component](node)
  }
  if (children) around.push(node.$$on_hydrate)
  for (const child of node.children) await wake(child)
  if (children) around.pop()
}
await wake(document.body)
document.documentElement.dataset.alive = true
