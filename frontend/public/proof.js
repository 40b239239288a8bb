// "Not a robot" (A4), while one types: ALTCHA's proof of work, by the browser's own PBKDF2, which leaves the page alone.
// Whoever does not wait for it, or whose browser cannot, sends the same form without.
const box = document.querySelector('[data-proof]'), [field, , state, slow] = box.children
const { proof, doing, busy, done } = box.dataset, challenge = JSON.parse(proof), form = field.form
const bytes = hex => Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16))
const hex = buffer => Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, '0')).join('')

async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const work = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost }
  const password = Uint8Array.of(...bytes(nonce), 0, 0, 0, 0), end = new DataView(password.buffer, password.length - 4)
  for (let counter = 0; ; counter++) {
    end.setUint32(0, counter)
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const derivedKey = hex(await crypto.subtle.deriveBits(work, key, keyLength * 8))
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey }
  }
}

// Only where the page came over https, or from this machine.
if (crypto.subtle) {
  let sent
  const hold = e => {
    if (slow.contains(e.submitter)) return
    e.preventDefault()
    sent = true
    state.textContent = busy
  }
  form.addEventListener('submit', hold)
  state.textContent = doing
  const late = setTimeout(() => slow.hidden = false, 5000)
  const solution = await solve(challenge.parameters)
  field.value = btoa(JSON.stringify({ challenge, solution }))
  clearTimeout(late)
  form.removeEventListener('submit', hold)
  slow.hidden = true
  state.textContent = done
  if (sent) form.requestSubmit()
}
