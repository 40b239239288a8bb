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
    const { pattern, same } = li.dataset, list = li.parentNode.dataset, typed = id(list.for).value.normalize('NFKC')
    const met = same ? typed && typed == id(same).value.normalize('NFKC') : RegExp(pattern, 'su').test(typed)
    li.classList.toggle('met', met)
    li.lastElementChild.textContent = met ? list.met : ''
  })
  d.oninput()

  // The language toggle keeps what is typed: the same page in the other language takes it up again, once its
  // islands are alive. Never a password, nor that a document was read: it may stand there in the other language.
  const root = d.documentElement, here = location.pathname.slice(3), kept = sessionStorage
  const fields = () => [...all('form[method=post] [name]:not([type=hidden],[type=password],[type=file],[name="form[read]"])')]
  d.querySelector('a.language')?.addEventListener('click', () =>
    kept.typed = JSON.stringify([here, fields().map(f => [f.name, f.value, f.checked])]))
  const [page, typed] = JSON.parse(kept.typed || '[]')
  delete kept.typed
  const resume = () => fields().forEach((f, n) => {
    if (typed[n]?.[0] != f.name) return
    if (/checkbox|radio/.test(f.type)) f.checked = typed[n][2]
    else f.value = typed[n][1]
    f.dispatchEvent(new Event('input', { bubbles: true }))
    f.dispatchEvent(new Event('change', { bubbles: true }))
  })
  if (page == here) d.querySelector('leptos-island') ? new MutationObserver((_, o) => (o.disconnect(), resume())).observe(root, { attributeFilter: ['data-alive'] }) : resume()
})(document, navigator.clipboard)
