// Asks the device for a passkey and sends its answer. Where it cannot, the page keeps saying what to do instead.
(d => {
  const id = i => d.getElementById('passkey' + i), form = id(''), answer = id('-answer'), stopped = id('-stopped')
  const P = window.PublicKeyCredential, { credentials } = navigator
  if (!form || !credentials || !P?.parseCreationOptionsFromJSON) return
  form.hidden = false
  id('-script').hidden = true
  form.addEventListener('submit', async e => {
    e.preventDefault()
    const { act, options } = form.dataset, asked = JSON.parse(options).publicKey
    stopped.hidden = true
    try {
      const made = act == 'create'
        ? await credentials.create({ publicKey: P.parseCreationOptionsFromJSON(asked) })
        : await credentials.get({ publicKey: P.parseRequestOptionsFromJSON(asked) })
      answer.value = JSON.stringify(made.toJSON())
      form.submit()
    } catch {
      stopped.hidden = false
      stopped.focus()
    }
  })
})(document)
