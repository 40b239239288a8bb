// Comfort only: everything works without it.
((d, clip) => {
  const id = i => d.getElementById(i), all = q => d.querySelectorAll(q)
  all('[data-reveal],[data-copy]').forEach(b => b.hidden = b.dataset.copy && !clip)

  d.onclick = e => {
    all('.menu[open]').forEach(m => m.contains(e.target) || (m.open = false))
    const b = e.target.closest('[data-reveal],[data-copy],[data-dialog]')
    if (!b) return
    const { reveal, copy, dialog, hide, done } = b.dataset
    if (reveal) {
      const i = id(reveal)
      i.type = i.type == 'text' ? 'password' : 'text'
      b.dataset.hide = b.firstChild.data
      b.firstChild.data = hide
    }
    if (copy) clip.writeText(id(copy).textContent).then(() => b.nextElementSibling.textContent = done)
    if (dialog) e.preventDefault(), id(dialog).showModal()
  }

  d.onkeydown = e => {
    const m = e.key == 'Escape' && e.target.closest('.menu[open]')
    if (m) m.open = false, m.firstElementChild.focus()
  }

  // Browsers remember what is sent as text.
  d.onsubmit = () => all('[data-reveal]').forEach(b => id(b.dataset.reveal).type = 'password')

  d.oninput = () => all('[data-for] > li').forEach(li => {
    const { pattern, same } = li.dataset, list = li.parentNode.dataset, typed = id(list.for).value
    const met = same ? typed && typed == id(same).value : RegExp(pattern, 'su').test(typed)
    li.classList.toggle('met', met)
    li.lastElementChild.textContent = met ? list.met : ''
  })
  d.oninput()
})(document, navigator.clipboard)
